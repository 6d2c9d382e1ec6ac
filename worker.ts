/** A Worker that caches what its Activities return: `npm run worker`. */
import { NativeConnection, Worker } from '@temporalio/worker';
import { CachePlugin } from 'temporal-activity-cache';
import { activities } from './examples/ml-pipeline/activities';

async function main() {
  const connection = await NativeConnection.connect({
    address: process.env.TEMPORAL_ADDRESS ?? 'localhost:7233',
  });
  const worker = await Worker.create({
    connection,
    taskQueue: 'ml-pipeline',
    workflowsPath: require.resolve('./examples/ml-pipeline/workflows'),
    activities,
    maxConcurrentActivityTaskExecutions: 1, // training keeps this process's one thread busy
    plugins: [new CachePlugin()],
  });
  await worker.run();
  await connection.close();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
