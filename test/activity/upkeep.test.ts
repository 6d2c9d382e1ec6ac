/** Looking into a cache and putting it in order, by the plugin alone: it needs no Worker. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cached,
  cacheContext,
  type CacheEntry,
  CacheOptionsError,
  CachePlugin,
  CacheStoreError,
  MemoryStore,
  SqliteStore,
} from 'temporal-activity-cache';
import { FaultyStore, rejects } from '../helpers/faulty-store';
import { MockWorker } from '../helpers/mock';

/** A store whose clock stands still until it is set. */
function clocked() {
  const clock = { now: Date.UTC(2030, 0, 1) };
  return { clock, store: new MemoryStore(() => clock.now) };
}

async function listed(entries: AsyncIterable<CacheEntry>): Promise<CacheEntry[]> {
  const all: CacheEntry[] = [];
  for await (const entry of entries) all.push(entry);
  return all;
}

const namesOf = async (entries: AsyncIterable<CacheEntry>) =>
  (await listed(entries)).map(({ activityType, version }) => `${activityType} ${version}`);

const versioned = (version: string, tags: string[] = []) =>
  cached({ version, tags }, async (text: string) => text);

describe('entries', () => {
  test('an entry says what it is, who made it and when it was used, and nothing of its value', async () => {
    const { clock, store } = clocked();
    const f = cached(
      { version: '7', ttl: '10 minutes', tags: ([x]) => ['all', `x-${x}`] },
      async (x: number) => {
        clock.now += 2_000; // it runs two seconds
        return `secret ${x}`;
      },
    );
    const workflowExecution = { workflowId: 'w', runId: 'r' };
    const worker = new MockWorker(
      { f },
      { store, scope: 'team' },
      { info: { workflowExecution, activityId: '3' } },
    );
    await worker.call('f', 1);
    clock.now += 5_000;
    const [entry, ...others] = await listed(worker.plugin.entries());
    expect(others).toEqual([]);
    expect(entry).toEqual({
      key: expect.stringMatching(/^[0-9a-f]{64}$/),
      activityType: 'f',
      version: '7',
      tags: ['all', 'x-1'],
      storedAt: '2030-01-01T00:00:02.000Z',
      ageMs: 7_000,
      bytes: '"secret 1"'.length,
      durationMs: expect.any(Number),
      origin: { workflowId: 'w', runId: 'r', activityId: '3' },
      usedAt: '2030-01-01T00:00:02.000Z',
      keepUntil: '2030-01-01T00:11:00.000Z', // its ttl and a tenth of it
      scope: 'team',
      namespace: 'default',
    });
    expect(JSON.stringify(entry)).not.toContain('secret');
  });

  test('each filter finds what it says, several find what fits them all; the newest comes first', async () => {
    const { clock, store } = clocked();
    const worker = new MockWorker(
      { a: versioned('1', ['x']), b: versioned('1', ['x', 'y']), c: versioned('2') },
      { store },
    );
    for (const type of ['a', 'b', 'c']) {
      await worker.call(type, '');
      clock.now += 60_000;
    }
    const found = (filter = {}) => namesOf(worker.plugin.entries(filter));
    expect(await found()).toEqual(['c 2', 'b 1', 'a 1']);
    expect(await found({ activity: 'b' })).toEqual(['b 1']);
    expect(await found({ version: '1' })).toEqual(['b 1', 'a 1']);
    expect(await found({ tag: 'x' })).toEqual(['b 1', 'a 1']);
    expect(await found({ olderThan: '2 minutes' })).toEqual(['b 1', 'a 1']);
    expect(await found({ olderThan: 120_001 })).toEqual(['a 1']);
    expect(await found({ tag: 'x', olderThan: '3 minutes' })).toEqual(['a 1']);
    expect(await found({ tag: 'y', activity: 'a' })).toEqual([]);
    const [{ key }] = (await listed(worker.plugin.entries({ activity: 'b' }))) as [CacheEntry];
    expect(await found({ key })).toEqual(['b 1']);
    expect(await found({ key: key.slice(0, 12) })).toEqual(['b 1']); // as the log has it
  });

  test('an entry whose header cannot be read is listed all the same, without its origin', async () => {
    const store = new MemoryStore();
    const draw = await store.draw();
    const facts = {
      activityType: 'f',
      version: '1',
      scope: '',
      namespace: 'default',
      tags: [],
      durationMs: 1,
    };
    const data = new Uint8Array(3);
    await store.put({
      ...facts,
      key: 'a'.repeat(64),
      ticket: draw.ticket,
      startedAt: draw.now,
      header: 'rubbish',
      data,
    });
    expect(await listed(new CachePlugin({ store }).entries())).toMatchObject([
      { bytes: 3, origin: undefined },
    ]);
  });
});

describe('stats', () => {
  test('they count entries and bytes, in all and by Activity, and what is past its time', async () => {
    const { clock, store } = clocked();
    const brief = cached({ version: '1', ttl: '1 minute' }, async (text: string) => text);
    const worker = new MockWorker({ brief, long: versioned('1') }, { store });
    await worker.call('brief', 'ab');
    await worker.call('long', 'abcd');
    await worker.call('long', 'abcdef');
    expect(await worker.plugin.stats()).toEqual({
      entries: 3,
      bytes: 4 + 6 + 8,
      byActivity: { brief: { entries: 1, bytes: 4 }, long: { entries: 2, bytes: 14 } },
      stale: { entries: 0, bytes: 0 },
    });
    clock.now += 66_001; // its ttl, and the tenth of it that it is kept longer
    expect((await worker.plugin.stats()).stale).toEqual({ entries: 1, bytes: 4 });
  });
});

describe('prune', () => {
  test('a value stays for its ttl and a tenth of it, an hour at most; then the next prune takes it', async () => {
    const { clock, store } = clocked();
    const brief = cached({ version: '1', ttl: '1 minute' }, async () => 'b');
    const long = cached({ version: '1', ttl: '100 days' }, async () => 'l');
    const forever = cached({ version: '1' }, async () => 'f');
    const bySelf = cached({ version: '1' }, async () => (cacheContext()!.setTtl('1 minute'), 's'));
    const worker = new MockWorker({ brief, long, forever, bySelf }, { store });
    for (const type of ['brief', 'long', 'forever', 'bySelf']) await worker.call(type);
    const [start, left] = [clock.now, () => namesOf(worker.plugin.entries())];

    clock.now = start + 66_000;
    expect(await worker.plugin.prune()).toEqual({ entries: 0, bytes: 0 });
    clock.now = start + 66_001;
    expect(await worker.plugin.prune()).toEqual({ entries: 2, bytes: 6 });
    expect((await left()).sort()).toEqual(['forever 1', 'long 1']);
    const [hundredDays, hour] = [100 * 24 * 3_600_000, 3_600_000];
    clock.now = start + hundredDays + hour;
    expect(await worker.plugin.prune()).toEqual({ entries: 0, bytes: 0 });
    clock.now++;
    expect(await worker.plugin.prune()).toEqual({ entries: 1, bytes: 3 });
    expect(await left()).toEqual(['forever 1']);
  });

  test('a reader that asks for no ttl still finds what is past the ttl of its writer, until it is pruned', async () => {
    const { clock, store } = clocked();
    const fn = async () => 1;
    const hasty = new MockWorker({ f: fn }, { store, activities: { f: { version: '1', ttl: '1 minute' } } });
    const patient = new MockWorker({ f: fn }, { store, activities: { f: { version: '1' } } });
    await hasty.call('f');
    clock.now += 3_600_000;
    await patient.call('f');
    await patient.plugin.prune();
    await patient.call('f');
    expect(patient.statuses).toEqual(['hit', 'stored new']);
  });

  test('with maxBytes those go first that were not used longest; a hit is a use, told to the store later', async () => {
    const { clock, store } = clocked();
    const worker = new MockWorker({ f: versioned('1') }, { store });
    for (const text of ['a', 'b', 'c']) {
      await worker.call('f', text);
      clock.now += 1_000;
    }
    await worker.call('f', 'a');
    store.close = async () => {}; // it goes on below
    await worker.plugin.close(); // tells what was not told yet
    const later = new MockWorker({ f: versioned('1') }, { store });
    expect(await later.plugin.prune({ maxBytes: 6 })).toEqual({ entries: 1, bytes: 3 });
    for (const text of ['a', 'b', 'c']) await later.call('f', text);
    expect(later.statuses).toEqual(['hit', 'stored new', 'hit']);
  });

  test('it tells what it freed so far, and stops between two batches; called again it goes on', async () => {
    const { store, plugin, entries } = await severalBatches();
    const stop = new AbortController();
    const progress: number[] = [];
    const onProgress = (freed: { entries: number }) => {
      progress.push(freed.entries);
      if (progress.length === 2) stop.abort();
    };
    const freed = await plugin.prune({ onProgress, signal: stop.signal });
    expect(progress).toEqual([freed.entries / 2, freed.entries]);
    expect(await plugin.prune()).toMatchObject({ entries: entries - freed.entries });
    await store.close();
  });

  test('the event loop turns between two batches: callers, heartbeats and cancellation come through', async () => {
    const { store, plugin } = await severalBatches();
    let turns = 0;
    const turn = () => void (turns++, (next = setImmediate(turn)));
    let next = setImmediate(turn);
    const seen = new Set<number>();
    await plugin.prune({ onProgress: () => seen.add(turns) });
    clearImmediate(next);
    expect(seen.size).toBeGreaterThanOrEqual(3);
    await store.close();
  });
});

/** A file with so many entries, all invalidated, that pruning takes several batches. */
async function severalBatches() {
  const entries = 1_200;
  const store = new SqliteStore(join(mkdtempSync(join(tmpdir(), 'upkeep-')), 'cache.db'));
  const facts = { activityType: 'f', version: '1', scope: '', namespace: 'default', tags: [], durationMs: 1 };
  for (let i = 0; i < entries; i++) {
    const { ticket, now } = await store.draw();
    const key = String(i).padStart(64, '0');
    await store.put({ ...facts, key, ticket, startedAt: now, header: '', data: new Uint8Array(1) });
  }
  const plugin = new CachePlugin({ store });
  expect(await plugin.invalidate({ all: true })).toEqual({ entries });
  return { store, plugin, entries };
}

describe('what fails', () => {
  test('a store that fails is a CacheStoreError that names the operation and the store, with its cause', async () => {
    const store = new FaultyStore(new MemoryStore()).fail(rejects, 'invalidate', 'prune', 'stats');
    store.entries = async function* () {
      throw new Error('the disk is on fire');
    };
    const plugin = new CachePlugin({ store });
    const asked = {
      invalidate: plugin.invalidate({ all: true }),
      prune: plugin.prune(),
      stats: plugin.stats(),
      entries: listed(plugin.entries()),
    };
    for (const [operation, answer] of Object.entries(asked)) {
      const error = await answer.catch((e: unknown) => e);
      expect(error).toBeInstanceOf(CacheStoreError);
      expect(error).toMatchObject({
        message: `Store ${operation} failed [store=faulty memory:]: the disk is on fire`,
        cause: expect.objectContaining({ message: 'the disk is on fire' }),
      });
    }
  });

  test('a slip is a CacheOptionsError: that of entries at once, before anything is read', async () => {
    const plugin = new CachePlugin({ store: 'memory:' });
    expect(() => plugin.entries({ key: 'XY' })).toThrow(CacheOptionsError);
    await expect(plugin.stats({ namespace: 7 as never })).rejects.toThrow(CacheOptionsError);
    await expect(plugin.invalidate({})).rejects.toThrow(CacheOptionsError);
  });

  test.each([
    [{ maxBytes: -1 }, 'prune: maxBytes must be a number of bytes, 0 or more'],
    [{ maxBytes: NaN }, 'prune: maxBytes must be a number of bytes, 0 or more'],
    [{ maxBytes: '1 GB' }, 'prune: maxBytes must be a number of bytes, 0 or more'],
    [{ maxbytes: 1 }, "prune: unknown field 'maxbytes'; did you mean 'maxBytes'?"],
    [{ onlyInvalidated: 1 }, 'prune: onlyInvalidated must be true or false'],
    [{ maxBytes: 1, onlyInvalidated: true }, 'prune: give either maxBytes, or onlyInvalidated'],
    [null, 'prune: the options must be an object'],
    [1_000, 'prune: the options must be an object'],
  ])('prune(%j) frees nothing and says what is wrong', async (options, message) => {
    const worker = new MockWorker({ f: versioned('1') });
    await worker.call('f', 'x');
    const error: unknown = await worker.plugin.prune(options as object).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CacheOptionsError);
    expect((error as Error).message).toContain(message);
    expect((await worker.plugin.stats()).entries).toBe(1);
  });
});
