import { fileURLToPath, URL } from 'node:url';
import { Worker } from '@temporalio/worker';
import * as activities from './activities.mjs';

async function run() {
  const worker = await Worker.create({
    workflowsPath: fileURLToPath(new URL('./workflows.mjs', import.meta.url)),
    activities,
    taskQueue: 'hello-javascript',
  });
  await worker.run();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
