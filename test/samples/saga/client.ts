import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { openAccount } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const options = { taskQueue: 'saga-demo', workflowId: 'saga' };
  for (const shouldThrow of [undefined, 'add bank account failed']) {
    const args = [{ accountId: '1', address: '123 Temporal Street', shouldThrow }] as Parameters<
      typeof openAccount
    >;
    console.log(await client.workflow.execute(openAccount, { ...options, args }));
  }
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
