import { type NativeConnection, Worker } from '@temporalio/worker';
import { CachePlugin } from 'temporal-activity-cache';
import * as activities from './activities';

/** Runs a Worker until `until` ends. The plugin publishes which versions it runs. */
export async function runWorker(
  connection: NativeConnection,
  taskQueue: string,
  store: string,
  until: Promise<void>,
) {
  const cache = new CachePlugin({ store });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowsPath: require.resolve('./workflows'),
    activities,
    plugins: [cache],
  });
  await worker.runUntil(until);
  await cache.close();
}
