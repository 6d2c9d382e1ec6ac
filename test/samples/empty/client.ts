import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { example } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  console.log(await client.workflow.execute(example, { taskQueue: 'empty', workflowId: 'empty' }));
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
