import { Worker } from '@temporalio/worker';
import * as activities from './activities';
import { getDataConverter } from './encryption-codec';

async function run() {
  const worker = await Worker.create({
    workflowsPath: require.resolve('./workflows'),
    activities,
    taskQueue: 'encryption',
    dataConverter: await getDataConverter(),
  });
  await worker.run();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
