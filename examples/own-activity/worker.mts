/** The same as an ES module: `npx tsx worker.mts`. */
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { CachePlugin } from 'temporal-activity-cache';
import * as activities from './activities.js';

const address = process.env.TEMPORAL_ADDRESS ?? 'localhost:7233';
const plugins = [new CachePlugin()];
const connection = await NativeConnection.connect({ address, plugins });
const worker = await Worker.create({
  connection, // hands the plugin to the Worker
  taskQueue: 'embeddings',
  workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)), // './workflows.js' in compiled code
  activities,
});
await worker.run();
await connection.close();
