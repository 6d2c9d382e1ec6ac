import { Worker } from '@temporalio/worker';
import { createActivities } from './activities';

async function run() {
  const worker = await Worker.create({
    workflowsPath: require.resolve('./workflows'),
    activities: createActivities({ from: 'Temporal Bot' }),
    taskQueue: 'timer-examples',
  });
  await worker.run();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
