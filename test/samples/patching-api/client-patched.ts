import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { setTimeout as sleep } from 'node:timers/promises';
import { asleep, myWorkflow, nextDay } from './workflows-v2';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const after = await client.workflow.start(myWorkflow, { taskQueue: 'patching', workflowId: 'after' });
  while (!(await after.query(asleep))) await sleep(20);
  const before = client.workflow.getHandle<typeof myWorkflow>('before');
  await before.signal(nextDay);
  console.log(await before.result());
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
