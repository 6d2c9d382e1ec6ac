import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { WorkflowA, WorkflowB } from './all-workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const taskQueue = 'monorepo-folders';
  console.log(await client.workflow.execute(WorkflowA, { taskQueue, workflowId: 'a', args: ['Temporal'] }));
  console.log(await client.workflow.execute(WorkflowB, { taskQueue, workflowId: 'b', args: ['Temporal'] }));
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
