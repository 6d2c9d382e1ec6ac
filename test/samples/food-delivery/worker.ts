import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker } from '@temporalio/worker';
import * as activities from './activities';

async function run() {
  const { namespace = 'default', connectionOptions } = loadClientConnectConfig();
  const connection = await NativeConnection.connect({ address: connectionOptions.address });
  try {
    const worker = await Worker.create({
      workflowsPath: require.resolve('./workflows'),
      activities,
      connection,
      namespace,
      taskQueue: 'durable-delivery',
    });
    await worker.run();
  } finally {
    await connection.close();
  }
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
