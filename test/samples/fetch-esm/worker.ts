import { extname } from 'node:path';
import { fileURLToPath, URL } from 'node:url';
import { Worker } from '@temporalio/worker';
import * as activities from './activities.js';

const workflows = new URL(`./workflows${extname(import.meta.url)}`, import.meta.url);

const worker = await Worker.create({
  workflowsPath: fileURLToPath(workflows),
  activities,
  taskQueue: 'fetch-esm',
});
await worker.run();
