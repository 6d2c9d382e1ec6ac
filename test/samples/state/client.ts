import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { WorkflowFailedError } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { getValueQuery, setValueSignal, trackState } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const handle = await client.workflow.start(trackState, { taskQueue: 'state', workflowId: 'state-id-0' });
  for (const value of [1, 2, 3]) await handle.signal(setValueSignal, `key-${value}`, value);
  for (const key of ['key-1', 'key-2', 'key-3']) {
    let value: number | undefined;
    while ((value = await handle.query(getValueQuery, key)) === undefined) await sleep(20);
    console.log(key, value);
  }
  await handle.cancel();
  console.log(await handle.result().catch((error: WorkflowFailedError) => error.cause?.message));
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
