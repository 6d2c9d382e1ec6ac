import { Worker } from '@temporalio/worker';
import { greet } from './activities';

async function run() {
  const worker = await Worker.create({
    workflowsPath: require.resolve('./workflows'),
    activities: { activityFoo: greet },
    taskQueue: 'activity-type-custom',
  });
  await worker.run();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
