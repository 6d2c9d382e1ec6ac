import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { published } from './activities';
import type { Versioned } from './subscriptions';
import { counter } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const handle = await client.workflow.start(counter, {
    taskQueue: 'query-subscriptions',
    workflowId: 'counter-subscribed',
    args: [0],
  });
  await handle.result();
  console.log(published('counter-subscribed'));
  console.log(await handle.query<Versioned>('getValue'));
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
