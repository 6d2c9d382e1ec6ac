import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { greetingWorkflow } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const options = { taskQueue: 'polling-infrequent', workflowId: 'polling' };
  console.log(await client.workflow.execute(greetingWorkflow, { ...options, args: ['Temporal'] }));
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
