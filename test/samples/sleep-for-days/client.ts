import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { complete, sleepForDays } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const handle = await client.workflow.start(sleepForDays, {
    taskQueue: 'sleep-for-days',
    workflowId: 'sleeping',
  });
  await handle.signal(complete);
  console.log(await handle.result());
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
