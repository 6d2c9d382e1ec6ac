import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { setTimeout as sleep } from 'node:timers/promises';
import { complete, emailsQuery, sleepForDays } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const handle = await client.workflow.start(sleepForDays, {
    taskQueue: 'sleep-for-days',
    workflowId: 'sleeping',
  });
  while ((await handle.query(emailsQuery)) === 0) await sleep(20);
  await handle.signal(complete);
  console.log(await handle.result());
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
