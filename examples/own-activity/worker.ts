/** CommonJS: `npx tsx worker.ts`. */
import { NativeConnection, Worker } from '@temporalio/worker';
import { CachePlugin } from 'temporal-activity-cache';
import * as activities from './activities';

async function main() {
  const address = process.env.TEMPORAL_ADDRESS ?? 'localhost:7233';
  const plugins = [new CachePlugin()];
  const connection = await NativeConnection.connect({ address, plugins });
  const worker = await Worker.create({
    connection, // hands the plugin to the Worker
    taskQueue: 'embeddings',
    workflowsPath: require.resolve('./workflows'),
    activities,
  });
  await worker.run();
  await connection.close();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
