import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { type myWorkflow, nextDay } from './workflows-final';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const after = client.workflow.getHandle<typeof myWorkflow>('after');
  await after.signal(nextDay);
  console.log(await after.result());
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
