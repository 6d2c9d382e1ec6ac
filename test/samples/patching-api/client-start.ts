import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { setTimeout as sleep } from 'node:timers/promises';
import { asleep, myWorkflow } from './workflows-v1';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const handle = await client.workflow.start(myWorkflow, { taskQueue: 'patching', workflowId: 'before' });
  while (!(await handle.query(asleep))) await sleep(20);
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
