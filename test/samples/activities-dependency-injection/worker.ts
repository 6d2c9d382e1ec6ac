import { Worker } from '@temporalio/worker';
import { createActivities } from './activities';

async function run() {
  const worker = await Worker.create({
    workflowsPath: require.resolve('./workflows'),
    activities: createActivities({ get: async () => 'Temporal' }),
    taskQueue: 'activities-dependency-injection',
  });
  await worker.run();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
