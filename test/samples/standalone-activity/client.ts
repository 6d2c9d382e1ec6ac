import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { randomUUID } from 'node:crypto';
import { ActivityExecutionFailedError } from '@temporalio/client';
import type * as activities from './activities';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const typed = client.activity.typed<typeof activities>();
  const options = { taskQueue: 'hello-standalone-activities', startToCloseTimeout: '10s' } as const;
  const id = randomUUID();
  const handle = await typed.start('greet', { ...options, id, args: ['Temporal'] });
  console.log(await handle.result());
  console.log(await typed.execute('greet', { ...options, id: `${id}-2`, args: ['Temporal'] }));
  console.log(await client.activity.getHandle<string>(id).result());
  try {
    await client.activity.execute('greet', { ...options, id: `${id}-3`, args: [1] });
  } catch (error) {
    if (error instanceof ActivityExecutionFailedError) console.log('Oops!', error.cause?.message);
  }
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
