import { Worker } from '@temporalio/worker';
import * as activities from './all-activities';

async function run() {
  const worker = await Worker.create({
    workflowsPath: require.resolve('./all-workflows'),
    activities,
    taskQueue: 'monorepo-folders',
  });
  await worker.run();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
