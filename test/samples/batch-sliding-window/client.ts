import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { processBatchWorkflow } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const options = { taskQueue: 'batch-sliding-window', workflowId: 'batch', args: [2] as [number] };
  console.log(await client.workflow.execute(processBatchWorkflow, options));
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
