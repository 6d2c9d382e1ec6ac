import { type NativeConnection, Worker } from '@temporalio/worker';
import { CachePlugin } from 'temporal-activity-cache';
import * as activities from '../own-activity/activities';

/** A Worker that loads the bundle. It needs the plugin as well. */
export function createWorker(
  connection: NativeConnection,
  taskQueue: string,
  codePath: string,
  store: string,
) {
  return Worker.create({
    connection,
    taskQueue,
    workflowBundle: { codePath },
    activities,
    plugins: [new CachePlugin({ store })],
  });
}
