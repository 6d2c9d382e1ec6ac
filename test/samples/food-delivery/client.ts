import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { WorkflowFailedError } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { deliveredSignal, getStatusQuery, order, pickedUpSignal } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const options = { taskQueue: 'durable-delivery', workflowId: 'order' };
  const reported = async (promise: Promise<string>) =>
    console.log(await promise.catch((error: unknown) => (error as WorkflowFailedError).cause?.message));

  const delivered = await client.workflow.start(order, {
    ...options,
    args: [{ id: 1, name: 'Croissant', cents: 400 }],
  });
  for (const [state, signal] of [
    ['Paid', pickedUpSignal],
    ['Picked up', deliveredSignal],
  ] as const) {
    while ((await delivered.query(getStatusQuery)).state !== state) await sleep(20);
    await delivered.signal(signal);
  }
  await reported(delivered.result());
  const dear = { id: 2, name: 'Caviar', cents: 9900 };
  await reported(client.workflow.execute(order, { ...options, args: [dear] }));
  const late = { id: 3, name: 'Soup', cents: 700 };
  await reported(client.workflow.execute(order, { ...options, args: [late, '200ms'] }));
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
