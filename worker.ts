/** A Worker that caches the results of its Activities: `npm run worker`. */
import { NativeConnection, Worker } from '@temporalio/worker';
import { CachePlugin } from 'temporal-activity-cache';
import { activities } from './examples/ml-pipeline/activities';

async function main() {
  const plugins = [new CachePlugin()];
  const connection = await NativeConnection.connect({
    address: process.env.TEMPORAL_ADDRESS ?? 'localhost:7233',
    plugins, // so that a background thread can serve waiting calls while training blocks the main thread
  });
  const worker = await Worker.create({
    connection,
    taskQueue: 'ml-pipeline',
    workflowsPath: require.resolve('./examples/ml-pipeline/workflows'),
    activities,
    maxConcurrentActivityTaskExecutions: 1, // training keeps this process's main thread busy
    plugins,
  });
  await worker.run();
  await connection.close();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
