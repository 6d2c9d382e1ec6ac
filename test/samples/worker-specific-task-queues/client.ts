import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { fileProcessingWorkflow } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const options = { taskQueue: 'normal-task-queue', workflowId: 'file-processing-0' };
  console.log(await client.workflow.execute(fileProcessingWorkflow, options));
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
