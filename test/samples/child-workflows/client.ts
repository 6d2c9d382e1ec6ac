import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { parentWorkflow } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const args = ['Alice', 'Bob', 'Charlie'];
  const workflowId = 'parent-sample-0';
  console.log(
    await client.workflow.execute(parentWorkflow, { taskQueue: 'child-workflows', workflowId, args }),
  );
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
