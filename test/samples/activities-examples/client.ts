import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { asyncActivityWorkflow, httpWorkflow } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const options = { taskQueue: 'activities-examples', workflowId: 'activities-examples' };
  console.log(await client.workflow.execute(httpWorkflow, options));
  console.log(await client.workflow.execute(asyncActivityWorkflow, options));
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
