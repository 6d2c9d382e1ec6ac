import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import { createActivitiesForSameWorker, createNormalActivities } from './activities';

async function run() {
  const uniqueWorkerTaskQueue = randomUUID();
  const workers = await Promise.all([
    Worker.create({
      workflowsPath: require.resolve('./workflows'),
      activities: createNormalActivities(uniqueWorkerTaskQueue),
      taskQueue: 'normal-task-queue',
    }),
    Worker.create({
      activities: createActivitiesForSameWorker(),
      taskQueue: uniqueWorkerTaskQueue,
    }),
  ]);
  await Promise.all(workers.map((worker) => worker.run()));
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
