import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import * as activities from './activities';

async function run() {
  const worker = await Worker.create({
    workflowBundle: { codePath: join(tmpdir(), 'workflow-bundle.js') },
    activities,
    taskQueue: 'production-sample',
  });
  await worker.run();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
