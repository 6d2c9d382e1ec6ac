import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { WorkflowFailedError } from '@temporalio/client';
import { isBlockedQuery, unblockOrCancel, unblockSignal } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const options = { taskQueue: 'signals-queries', workflowId: 'unblock-or-cancel-0' };
  const unblocked = await client.workflow.start(unblockOrCancel, options);
  console.log('blocked?', await unblocked.query(isBlockedQuery));
  for (const by of ['first', 'second', 'last']) await unblocked.signal(unblockSignal, by);
  console.log(await unblocked.result());
  console.log('blocked?', await unblocked.query(isBlockedQuery));
  const cancelled = await client.workflow.start(unblockOrCancel, options);
  console.log('blocked?', await cancelled.query(isBlockedQuery));
  await cancelled.cancel();
  const failure = await cancelled.result().catch((error: WorkflowFailedError) => error.cause?.message);
  console.log(failure);
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
