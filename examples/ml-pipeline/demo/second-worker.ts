/** Another Worker of the pipeline, as another team might have it: with a queue of its own, and the same cache. */
import './quiet';
import { NativeConnection, Worker } from '@temporalio/worker';
import { CachePlugin } from 'temporal-activity-cache';
import { activities } from '../activities';

async function main() {
  const plugins = [new CachePlugin()];
  const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS, plugins });
  const worker = await Worker.create({
    connection,
    taskQueue: 'ml-pipeline-2',
    workflowsPath: require.resolve('../workflows'),
    activities,
    maxConcurrentActivityTaskExecutions: 1,
    plugins,
  });
  await worker.run();
  await connection.close();
}

process.on('disconnect', () => process.exit());
process.channel?.unref(); // ends by itself when the Worker has stopped

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
