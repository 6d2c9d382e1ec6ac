import { Worker } from '@temporalio/worker';
import { activities } from './workflows';

async function run() {
  const worker = await Worker.create({
    workflowsPath: require.resolve('./workflows'),
    activities,
    taskQueue: 'message-passing-introduction',
  });
  await worker.run();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
