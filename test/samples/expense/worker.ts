import { Worker } from '@temporalio/worker';
import * as activities from './activities';

async function run() {
  const worker = await Worker.create({
    workflowsPath: require.resolve('./workflows'),
    activities,
    taskQueue: 'expense',
  });
  await worker.run();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
