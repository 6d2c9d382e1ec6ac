import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { User } from './activities';
import { example } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({
    connection: await Connection.connect(connectionOptions),
    dataConverter: { payloadConverterPath: require.resolve('./payload-converter') },
  });
  const user: User = {
    id: 'kaladin',
    hp: Infinity,
    matcher: /.*Stormblessed/,
    token: Uint8Array.from([1, 2, 3]),
    createdAt: new Date(1_700_000_000_000),
  };
  const options = { args: [user] as [User], taskQueue: 'ejson', workflowId: 'example-user' };
  const { success, at } = await client.workflow.execute(example, options);
  console.log(success, at.toISOString());
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
