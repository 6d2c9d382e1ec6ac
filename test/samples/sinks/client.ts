import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { sinkWorkflow } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  console.log(await client.workflow.execute(sinkWorkflow, { taskQueue: 'sinks', workflowId: 'sinks' }));
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
