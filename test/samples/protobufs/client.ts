import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { ProtoInput } from './root';
import { example } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({
    connection: await Connection.connect(connectionOptions),
    dataConverter: { payloadConverterPath: require.resolve('./payload-converter') },
  });
  const result = await client.workflow.execute(example, {
    args: [ProtoInput.create({ name: 'Proto', age: 2 })],
    taskQueue: 'protobufs',
    workflowId: 'protobufs',
  });
  console.log(result.toJSON());
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
