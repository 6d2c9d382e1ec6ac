import { NativeConnection, Worker } from '@temporalio/worker';
import * as activities from './activities';
import { helloServiceHandler } from './handler';

async function run() {
  const connection = await NativeConnection.connect();
  try {
    const worker = await Worker.create({
      connection,
      namespace: 'default',
      taskQueue: 'nexus-hello-service',
      workflowsPath: require.resolve('./service-workflows'),
      activities,
      nexusServices: [helloServiceHandler],
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
