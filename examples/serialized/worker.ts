import { NativeConnection, Worker } from '@temporalio/worker';
import { CachePlugin } from 'temporal-activity-cache';
import * as activities from './activities';

/** Runs a Worker until `until` ends. */
export async function runWorker(address: string, taskQueue: string, store: string, until: Promise<void>) {
  const cache = new CachePlugin({ store, reservations: { lease: '20 seconds' } }); // a URL
  // The plugin stands on the connection, which hands it to the Worker: now a thread can connect as well.
  const connection = await NativeConnection.connect({ address, plugins: [cache] });
  const worker = await Worker.create({ connection, taskQueue, activities });
  await worker.runUntil(until);
  await connection.close();
  await cache.close();
}
