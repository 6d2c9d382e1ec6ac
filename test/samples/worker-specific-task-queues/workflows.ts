import { log, proxyActivities, uuid4 } from '@temporalio/workflow';
import type { createActivitiesForSameWorker, createNormalActivities } from './activities';

const { getUniqueTaskQueue } = proxyActivities<ReturnType<typeof createNormalActivities>>({
  startToCloseTimeout: '1 minute',
});

export async function fileProcessingWorkflow(maxAttempts = 3): Promise<string> {
  for (let attempt = 1; ; ++attempt) {
    try {
      const activities = proxyActivities<ReturnType<typeof createActivitiesForSameWorker>>({
        taskQueue: await getUniqueTaskQueue(),
        scheduleToCloseTimeout: '10 seconds',
      });
      const path = `/tmp/${uuid4()}`;
      await activities.downloadFileToWorkerFileSystem('https://temporal.io', path);
      try {
        return await activities.workOnFileInWorkerFileSystem(path);
      } finally {
        await activities.cleanupFileFromWorkerFileSystem(path);
      }
    } catch (error) {
      if (attempt === maxAttempts) throw error;
      log.error('Attempt failed, retrying on a new Worker', { attempt });
    }
  }
}
