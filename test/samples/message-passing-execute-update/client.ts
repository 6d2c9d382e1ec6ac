import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { WorkflowUpdateFailedError } from '@temporalio/client';
import { counter, done, fetchAndAdd } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const handle = await client.workflow.start(counter, {
    taskQueue: 'message-passing-execute-update',
    workflowId: 'counter',
  });
  for (const arg of [1, 2, -1]) {
    const previous = handle.executeUpdate(fetchAndAdd, { args: [arg] });
    console.log(await previous.catch((error: WorkflowUpdateFailedError) => error.cause?.message));
  }
  await handle.executeUpdate(done);
  console.log(`Final counter value is ${await handle.result()}`);
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
