import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { getDataConverter } from './encryption-codec';
import { example } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  const client = new Client({ connection, dataConverter: await getDataConverter() });
  const args: [string] = ['Alice: Private message for Bob.'];
  console.log(
    await client.workflow.execute(example, { args, taskQueue: 'encryption', workflowId: 'secret' }),
  );
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
