/** Forgetting, listing and pruning, beside Workers on a real server. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { CancelledFailure, type WorkflowFailedError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import {
  cached,
  cacheContext,
  type CacheEntry,
  CachePlugin,
  cacheReport,
  type Invalidation,
  maintenanceActivities,
  SqliteStore,
} from 'temporal-activity-cache';
import { deferred } from '../helpers/deferred';
import { type Fault, FaultyStore } from '../helpers/faulty-store';
import { freshDatabase } from '../helpers/postgres';
import { type Around, withWorker } from '../helpers/temporal';

const newFile = () => join(mkdtempSync(join(tmpdir(), 'cache-')), 'cache.db');
const sqlite = (file: string) => `sqlite:${file}`;

const database = freshDatabase();
const places: [name: string, newPlace: () => string][] = [
  ['SQLite', () => sqlite(newFile())],
  ['Postgres', () => `${database.url}?schema=${randomUUID()}`],
];

const finished = async (handle: ReturnType<Around['start']>) => {
  const started = await handle;
  await started.result();
  const { rows } = await cacheReport(started);
  return rows.map(({ status, why, reason }) => [status, why, reason].filter(Boolean).join(' '));
};

describe.each(places)('on %s', (_name, newPlace) => {
  test.each<[string, (key: string) => Invalidation]>([
    ['key', (key) => ({ key })],
    ['a tag that its body added', () => ({ tag: 'page-4711' })],
    ['Activity', () => ({ activity: 'f' })],
    ['version', () => ({ version: '1' })],
    ['all', () => ({ all: true })],
  ])(
    'another program invalidates by %s: found nowhere any more, not brought back by who is still running',
    async (_name, what) => {
      const store = newPlace();
      const [begun, end] = [
        [deferred<string>(), deferred<string>()],
        [deferred(), deferred()],
      ];
      let runs = 0;
      const f = cached({ version: '1' }, async (id: number) => {
        const run = runs++;
        begun[run]?.resolve(cacheContext()!.key);
        await end[run]?.promise;
        cacheContext()!.addTags(`page-${id}`);
        return run;
      });
      const admin = new CachePlugin({ store });
      await withWorker({ activities: { f }, plugins: [new CachePlugin({ store })] }, async ({ start }) => {
        const step = { type: 'f', args: [4711] };
        const first = finished(start('sequence', [step]));
        await begun[0]!.promise;
        const second = start('sequence', [step]);
        const key = await begun[1]!.promise;
        end[0]!.resolve();
        expect(await first).toEqual(['stored new']);

        expect(await admin.invalidate(what(key))).toEqual({ entries: 1 });
        end[1]!.resolve();
        expect(await finished(second)).toEqual(['unstored new superseded']);
        expect(await (await second).result()).toEqual([1]); // its own caller gets what it asked for
        expect(await finished(start('sequence', [step, step]))).toEqual(['stored invalidated', 'hit']);
      });
      expect(await admin.stats()).toMatchObject({ entries: 1 });
      await admin.close();
    },
  );
});

test('what was hit stays, what was not goes first: a Worker tells of its hits when it ends', async () => {
  const file = newFile();
  const clock = { now: Date.UTC(2030, 0, 1) };
  const open = () => new CachePlugin({ store: new SqliteStore(file, { clock: () => clock.now }) });
  const step = (x: string) => ({ type: 'f', args: [x] });
  const f = cached({ version: '1' }, async (x: string) => {
    clock.now += 1_000;
    return x;
  });
  await withWorker({ activities: { f }, plugins: [open()] }, async ({ start }) => {
    await finished(start('sequence', ['a', 'b', 'c'].map(step)));
    clock.now += 60_000;
    expect(await finished(start('sequence', [step('a')]))).toEqual(['hit']);
  });
  const plugin = open();
  const usedAt = async () => {
    const entries: CacheEntry[] = [];
    for await (const entry of plugin.entries()) entries.push(entry);
    return entries.map((entry) => entry.usedAt);
  };
  expect((await usedAt()).sort()).toEqual(['2030-01-01T00:00:02.000Z', '2030-01-01T00:00:03.000Z', '2030-01-01T00:01:03.000Z']); // prettier-ignore
  expect(await plugin.prune({ maxBytes: 6 })).toEqual({ entries: 1, bytes: 3 });
  await withWorker({ activities: { f }, plugins: [plugin] }, async ({ start }) => {
    expect(await finished(start('sequence', ['a', 'c', 'b'].map(step)))).toEqual([
      'hit',
      'hit',
      'stored new',
    ]);
  });
  await plugin.close();
});

test('a Worker means the entries of its own namespace', async () => {
  const store = sqlite(newFile());
  const namespace = `other-${randomUUID()}`;
  const f = cached({ version: '1' }, async (x: number) => x);
  const [ours, theirs] = [new CachePlugin({ store }), new CachePlugin({ store })];
  const steps = [{ type: 'f', args: [1] }];
  await withWorker({ activities: { f }, plugins: [ours] }, async ({ client, start }) => {
    await client.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    await withWorker(
      { activities: { f }, plugins: [theirs], namespace, client: { namespace } },
      async (other) => {
        expect(await finished(start('sequence', steps))).toEqual(['stored new']);
        expect(await finished(other.start('sequence', steps))).toEqual(['stored new']);
        expect(await ours.invalidate({ all: true })).toEqual({ entries: 1 });
        expect(await finished(other.start('sequence', steps))).toEqual(['hit']);
        expect(await finished(start('sequence', steps))).toEqual(['stored invalidated']);
        expect(await theirs.stats()).toMatchObject({ entries: 1 });
      },
    );
  });
  const places: string[] = [];
  const nowhere = new CachePlugin({ store });
  for await (const entry of nowhere.entries()) places.push(entry.namespace);
  expect(places.sort()).toEqual(['default', namespace]);
  await Promise.all([ours, theirs, nowhere].map((plugin) => plugin.close()));
});

describe('the Activity that prunes', () => {
  /** A Worker with it, over a file of many invalidated entries; `fault` is asked at each batch. */
  async function pruning(
    fault: Fault,
    body: (around: Around & { entries: number; cache: CachePlugin }) => Promise<void>,
  ) {
    const sqliteStore = new SqliteStore(newFile());
    const store = new FaultyStore(sqliteStore);
    const cache = new CachePlugin({ store });
    const entries = 1_500;
    const facts = {
      activityType: 'f',
      version: '1',
      scope: '',
      namespace: 'default',
      tags: [],
      durationMs: 1,
    };
    for (let i = 0; i < entries; i++) {
      const { ticket, now } = await store.draw();
      const key = String(i).padStart(64, '0');
      await store.put({ ...facts, key, ticket, startedAt: now, header: '', data: new Uint8Array(1) });
    }
    await cache.invalidate({ all: true });
    store.fail(fault, 'prune');
    const activities = maintenanceActivities(cache);
    const worker = { activities, plugins: [cache], maxHeartbeatThrottleInterval: 100 };
    await withWorker(worker, (around) => body({ ...around, entries, cache }));
    await cache.close();
  }

  const step = (maximumAttempts: number) => ({
    type: 'pruneActivityCache',
    options: {
      heartbeatTimeout: '10 seconds',
      cancellationType: 'WAIT_CANCELLATION_COMPLETED',
      retry: { maximumAttempts, initialInterval: 1 },
    },
  });

  test('is cancelled between two batches, and leaves the rest to the next one', async () => {
    let batches = 0;
    const inSecond = deferred();
    const untilCancelled: Fault = async (real) => {
      const batch = await real();
      if (++batches !== 2) return batch;
      inSecond.resolve();
      const context = Context.current();
      const beat = setInterval(() => context.heartbeat(), 20); // by which it hears of its cancellation
      await context.cancelled.catch(() => clearInterval(beat));
      return batch;
    };
    await pruning(untilCancelled, async ({ start, run, entries }) => {
      const handle = await start('sequence', [step(1)]);
      await inSecond.promise;
      await handle.cancel();
      const error = (await handle.result().catch((e: unknown) => e)) as WorkflowFailedError;
      expect(error.cause).toBeInstanceOf(CancelledFailure);
      expect(batches).toBe(2);
      const [rest] = (await run('sequence', [step(1)])) as [{ entries: number }];
      expect(rest.entries).toBeGreaterThan(0);
      expect(rest.entries).toBeLessThan(entries);
    });
  });

  test('goes on in the next attempt, where the one before it failed', async () => {
    let batches = 0;
    const failsOnce: Fault = async (real) => {
      if (++batches === 3) throw new Error('the disk is on fire');
      return real();
    };
    await pruning(failsOnce, async ({ run, cache, entries }) => {
      const [rest] = (await run('sequence', [step(2)])) as [{ entries: number }];
      expect(rest.entries).toBeGreaterThan(0);
      expect(rest.entries).toBeLessThan(entries);
      expect(await cache.prune()).toEqual({ entries: 0, bytes: 0 });
    });
  });
});
