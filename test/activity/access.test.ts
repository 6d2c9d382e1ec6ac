/** `access: 'read'`: a process that reads the cache and never writes. */
import {
  CacheError,
  cached,
  cacheContext,
  CacheReadOnlyError,
  type CachePluginOptions,
  maintenanceActivities,
  MemoryStore,
} from 'temporal-activity-cache';
import { writeHeader } from '../../src/wire/run-control';
import { CONTROL } from '../../src/wire/names';
import { MockWorker } from '../helpers/mock';
import { spied } from '../helpers/spy-store';

let now = 0;

/** A Worker that writes, one that only reads the same store, and what that one asks the store. */
function workers(options: CachePluginOptions = {}) {
  let bodies = 0;
  const store = new MemoryStore(() => now);
  const f = cached({ serialize: true, ttl: '1 minute' }, async (_: unknown) => {
    cacheContext()?.addTags('t');
    return `value of ${bodies++}`;
  });
  const spy = spied(store);
  const reader = new MockWorker({ f }, { store: spy.store, access: 'read', ...options });
  return { writer: new MockWorker({ f }, { store, reservations: false }), reader, calls: spy.calls, store };
}

test('it takes what another process has stored, and stores nothing itself: unstored, readonly', async () => {
  const { writer, reader, calls } = workers();
  await writer.call('f', 1);
  const told = [await reader.call('f', 1), await reader.call('f', 2), await reader.call('f', 2)];
  expect(told).toEqual(['value of 0', 'value of 1', 'value of 2']);
  expect(reader.statuses).toEqual(['hit', 'unstored new readonly', 'unstored new readonly']);
  await reader.plugin.close();
  expect(new Set(calls)).toEqual(new Set(['look', 'close']));
  expect(reader.warnings).toEqual([]);
});

test('what it does not take, of whatever reason, runs and is not replaced', async () => {
  const { writer, reader, calls } = workers();
  await writer.call('f', 1);
  const headers = { [CONTROL]: writeHeader({ mode: 'overwrite', run: 'a run' }) };
  expect(await reader.callWith({ headers }, 'f', 1)).toBe('value of 1');
  now += 60_000;
  expect(await reader.call('f', 1)).toBe('value of 2');
  await writer.plugin.invalidate({ tag: 't' });
  expect(await reader.call('f', 1)).toBe('value of 3');
  expect(reader.statuses).toEqual(
    ['overwrite', 'expired', 'invalidated'].map((why) => `unstored ${why} readonly`),
  );
  expect(new Set(calls)).toEqual(new Set(['look']));
});

test('ACTIVITY_CACHE=readonly does the same to a plugin that would write', async () => {
  process.env.ACTIVITY_CACHE = 'readonly';
  try {
    const { reader } = workers({ access: 'read-write' });
    await reader.call('f', 1);
    expect(reader.statuses).toEqual(['unstored new readonly']);
  } finally {
    delete process.env.ACTIVITY_CACHE;
  }
});

test('entries and statistics are there; invalidating and pruning are refused by an error with a code', async () => {
  const { writer, reader, calls } = workers();
  await writer.call('f', 1);
  const { plugin } = reader;
  expect(await plugin.stats()).toMatchObject({ entries: 1 });
  for await (const { activityType } of plugin.entries()) expect(activityType).toBe('f');
  for (const refused of [plugin.invalidate({ all: true }), plugin.prune()]) {
    const error: unknown = await refused.catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CacheReadOnlyError);
    expect(error).toBeInstanceOf(CacheError);
    expect(error).toMatchObject({
      code: 'ACTIVITY_CACHE_READ_ONLY',
      message: expect.stringContaining("access: 'read'"),
    });
  }
  expect(await plugin.stats()).toMatchObject({ entries: 1 });
  expect(new Set(calls)).toEqual(new Set(['stats', 'entries']));
});

test('the Activity that prunes fails for good: a retry would be refused too', async () => {
  const { reader } = workers();
  const { pruneActivityCache } = maintenanceActivities(reader.plugin);
  const worker = new MockWorker({ pruneActivityCache });
  await expect(worker.call('pruneActivityCache')).rejects.toMatchObject({
    type: 'CacheReadOnlyError',
    nonRetryable: true,
  });
});

test('a store that is down is told, and the Activity runs', async () => {
  const { reader, store } = workers();
  await store.close();
  expect(await reader.call('f', 1)).toBe('value of 0');
  expect(reader.statuses).toEqual(['unstored lookup-failed readonly']);
  expect(reader.warnings).toHaveLength(1);
});
