import { Worker, type WorkerOptions } from '@temporalio/worker';
import { createActivities, createClients } from './activities';

async function run() {
  const options: WorkerOptions = {
    workflowsPath: require.resolve('./workflows'),
    activities: createActivities(createClients()),
    taskQueue: process.env.TEMPORAL_TASK_QUEUE || 'saga-demo',
  };
  const worker = await Worker.create(options);
  await worker.run();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
