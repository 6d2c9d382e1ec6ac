import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { example } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const options = { taskQueue: 'production-sample', workflowId: 'production' };
  console.log(await client.workflow.execute(example, { ...options, args: ['Production'] }));
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
