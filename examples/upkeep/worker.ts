import { Worker, type WorkerOptions } from '@temporalio/worker';
import { CachePlugin, maintenanceActivities } from 'temporal-activity-cache';
import { summarize } from './activities';

export function createWorker(store: string, more: Pick<WorkerOptions, 'connection' | 'taskQueue'>) {
  const cache = new CachePlugin({ store });
  return Worker.create({
    workflowsPath: require.resolve('./workflows'),
    activities: { summarize, ...maintenanceActivities(cache) },
    plugins: [cache],
    ...more,
  });
}
