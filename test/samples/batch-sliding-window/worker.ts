import { Worker } from '@temporalio/worker';
import { createActivities } from './activities';

async function run() {
  const worker = await Worker.create({
    workflowsPath: require.resolve('./workflows'),
    activities: createActivities(12),
    taskQueue: 'batch-sliding-window',
  });
  await worker.run();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
