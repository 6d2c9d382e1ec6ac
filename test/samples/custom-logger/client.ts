import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { logSampleWorkflow } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  console.log(
    await client.workflow.execute(logSampleWorkflow, { taskQueue: 'custom-logger', workflowId: 'logged' }),
  );
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
