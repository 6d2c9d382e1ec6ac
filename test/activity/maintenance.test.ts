/** The Activity that prunes on a schedule. */
import { type ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import {
  cached,
  cachedAll,
  CachePlugin,
  CacheStoreError,
  maintenanceActivities,
  MemoryStore,
} from 'temporal-activity-cache';
import { FaultyStore, rejects } from '../helpers/faulty-store';
import { MockWorker } from '../helpers/mock';

const newEnvironment = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });

/** A cache whose `prune` has `batches` of work, 10 bytes each; `prune` runs the Activity. */
function withBatches(batches: number) {
  const freed = { count: 0 };
  const store = new FaultyStore(new MemoryStore());
  store.fail(async () => ({ entries: 1, bytes: 10, more: ++freed.count < batches }), 'prune');
  const { pruneActivityCache } = maintenanceActivities(new CachePlugin({ store }));
  const env = newEnvironment();
  const heartbeats: unknown[] = [];
  env.on('heartbeat', (details: unknown) => heartbeats.push(details));
  const prune = (options?: object) => env.run(pruneActivityCache, options);
  return { store, freed, env, heartbeats, prune };
}

test('it heartbeats after each batch what it freed so far, and answers what it freed', async () => {
  const { heartbeats, prune } = withBatches(3);
  expect(await prune()).toEqual({ entries: 3, bytes: 30 });
  expect(heartbeats).toEqual([10, 20, 30].map((bytes) => ({ entries: bytes / 10, bytes })));
});

test('cancelled, it ends after the batch that it is at; the next attempt goes on', async () => {
  const { env, freed, store } = withBatches(5);
  env.on('heartbeat', () => freed.count === 2 && env.cancel());
  const { pruneActivityCache } = maintenanceActivities(new CachePlugin({ store }));
  await expect(env.run(pruneActivityCache)).rejects.toThrow(CancelledFailure);
  expect(freed.count).toBe(2);
  expect(await newEnvironment().run(pruneActivityCache)).toEqual({ entries: 3, bytes: 30 });
});

test.each([[{ maxBytes: -1 }], [{ maxbytes: 1 }], [{ maxBytes: '1 GB' }]])(
  'a slip in its options fails it for good: %j',
  async (options) => {
    const { prune, store } = withBatches(1);
    const error = (await prune(options).catch((e: unknown) => e)) as ApplicationFailure;
    expect(error).toMatchObject({ nonRetryable: true, type: 'CacheOptionsError' });
    expect(error.message).toMatch(/^prune: /);
    expect(store.calls.prune).toBe(0);
  },
);

test('options of nothing, as a schedule may send them, are none', async () => {
  const { prune } = withBatches(1);
  expect(await prune(null as never)).toEqual({ entries: 1, bytes: 10 });
});

test('a store that fails is an error that can be retried', async () => {
  const { prune, store } = withBatches(1);
  store.fail(rejects, 'prune');
  const error: unknown = await prune().catch((e: unknown) => e);
  expect(error).toBeInstanceOf(CacheStoreError);
  expect((error as { nonRetryable?: boolean }).nonRetryable).not.toBe(true);
});

test('it is never cached itself, not even in a group that is', async () => {
  const plugin = new CachePlugin({ store: 'memory:' });
  const f = cached({ version: '1' }, async () => 'x');
  const activities = cachedAll('auto', { f, ...maintenanceActivities(plugin) });
  const worker = new MockWorker(activities);
  await worker.call('pruneActivityCache');
  await worker.call('pruneActivityCache');
  expect(worker.statuses).toEqual(['bypassed disabled', 'bypassed disabled']);
});
