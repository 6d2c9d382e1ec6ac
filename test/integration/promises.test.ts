/** What the cache promises when things go wrong, on a real server. */
import { ApplicationFailure, CancelledFailure, CompleteAsyncError, Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import type { ActivityFailure } from '@temporalio/common';
import { cached, cacheContext, CachePlugin, cacheReport, MemoryStore } from 'temporal-activity-cache';
import { deferred } from '../helpers/deferred';
import { withWorker } from '../helpers/temporal';

const told = async (handle: Parameters<typeof cacheReport>[0]) =>
  (await cacheReport(handle)).rows.map(({ status, why, reason }) =>
    [status, why, reason].filter(Boolean).join(' '),
  );

const twice = [{ type: 'f', args: [1] }, { type: 'f', args: [1] }]; // prettier-ignore

test('the Activity fails: nothing is stored, the failure is passed on unchanged, retries run and the success is stored', async () => {
  let runs = 0;
  const f = cached('auto', async (x: number) => {
    runs++;
    if (runs < 3) throw ApplicationFailure.create({ message: 'not yet', type: 'NotYet', details: [runs] });
    return x;
  });
  await withWorker(
    { activities: { f }, plugins: [new CachePlugin({ store: 'memory:' })] },
    async ({ start }) => {
      const failing = await start('sequence', twice);
      const error = await failing.result().catch((e: unknown) => e);
      expect(error).toBeInstanceOf(WorkflowFailedError);
      const { cause } = (error as WorkflowFailedError).cause as ActivityFailure;
      expect(cause).toMatchObject({ message: 'not yet', type: 'NotYet', details: [1] });
      expect(await told(failing)).toEqual([]);

      const retrying = await start('sequence', [
        { type: 'f', args: [1], options: { retry: { maximumAttempts: 3, initialInterval: 1 } } },
        { type: 'f', args: [1] },
      ]);
      expect(await retrying.result()).toEqual([1, 1]);
      expect(await told(retrying)).toEqual(['stored new', 'hit']);
      expect(runs).toBe(3);
    },
  );
});

test('the Activity is cancelled: nothing is stored, the Workflow sees the cancellation', async () => {
  let runs = 0;
  const started = deferred();
  const f = cached('auto', async (x: number) => {
    if (++runs > 1) return x;
    started.resolve();
    setInterval(() => Context.current().heartbeat(), 20).unref();
    await Context.current().cancelled;
    return x;
  });
  await withWorker(
    { activities: { f }, plugins: [new CachePlugin({ store: 'memory:' })] },
    async ({ start }) => {
      const steps = [
        {
          type: 'f',
          args: [1],
          options: { heartbeatTimeout: '1 second', cancellationType: 'WAIT_CANCELLATION_COMPLETED' },
        },
      ];
      const cancelled = await start('sequence', steps);
      await started.promise;
      await cancelled.cancel();
      const error = await cancelled.result().catch((e: unknown) => e);
      expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
      expect(await told(cancelled)).toEqual([]);
      const next = await start('sequence', steps);
      expect(await next.result()).toEqual([1]);
      expect(await told(next)).toEqual(['stored new']);
    },
  );
});

test('a result of 3 MB is not stored: without the plugin and with it, the Activity fails alike', async () => {
  const make = async (bytes: number) => 'x'.repeat(bytes);
  const outcomes: string[] = [];
  for (const plugins of [[], [new CachePlugin({ store: 'memory:' })]]) {
    const f = cached('auto', make);
    await withWorker({ activities: { f }, plugins }, async ({ start }) => {
      const handle = await start('sequence', [
        { type: 'f', args: [3_000_000], options: { scheduleToCloseTimeout: '2 seconds' } },
      ]);
      const error = await handle.result().catch((e: unknown) => e);
      outcomes.push(((error as WorkflowFailedError).cause as ActivityFailure).cause?.message ?? '');
    });
  }
  expect(outcomes[0]).not.toBe('');
  expect(outcomes[1]).toBe(outcomes[0]);
});

test('a result just under what Temporal takes is passed on, even where the label of the cache has no room', async () => {
  const f = cached('auto', async (bytes: number) => Buffer.alloc(bytes, 1));
  await withWorker(
    { activities: { f }, plugins: [new CachePlugin({ store: 'memory:' })] },
    async ({ run, start }) => {
      for (const bytes of [2_097_000, 2_090_000, 2_000_000]) {
        expect(
          await run('lengthsOf', [
            { type: 'f', args: [bytes] },
            { type: 'f', args: [bytes] },
          ]),
        ).toEqual([bytes, bytes]);
      }
      const handle = await start('lengthsOf', [{ type: 'f', args: [2_085_000] }]);
      await handle.result();
      expect(await told(handle)).toEqual(['unstored new too-large']);
    },
  );
});

test('an execution begun before an invalidation and ended after it is never the entry; the next call runs', async () => {
  const store = new MemoryStore();
  let runs = 0;
  const f = cached('auto', async (_x: number) => {
    if (++runs === 1) await store.invalidate({ scope: '', activityType: 'f' });
    return runs;
  });
  await withWorker({ activities: { f }, plugins: [new CachePlugin({ store })] }, async ({ start }) => {
    const handle = await start('sequence', [...twice, ...twice]);
    expect(await handle.result()).toEqual([1, 2, 2, 2]);
    expect(await told(handle)).toEqual(['unstored new superseded', 'stored new', 'hit', 'hit']);
  });
});

test('what an invalidation took is told as invalidated', async () => {
  const store = new MemoryStore();
  const f = cached('auto', async (x: number) => x);
  await withWorker({ activities: { f }, plugins: [new CachePlugin({ store })] }, async ({ start }) => {
    const first = await start('sequence', twice);
    await first.result();
    const { key } = (await cacheReport(first)).rows[0]!;
    await store.invalidate({ key });
    const second = await start('sequence', twice);
    await second.result();
    expect(await told(second)).toEqual(['stored invalidated', 'hit']);
  });
});

test('two teams share a store: different scopes and namespaces never meet, equal ones do', async () => {
  const store = new MemoryStore();
  const f = cached('auto', async (x: number) => x);
  const seen: string[][] = [];
  for (const scope of ['fraud/production', 'fraud/staging', 'fraud/production']) {
    await withWorker(
      { activities: { f }, plugins: [new CachePlugin({ store, scope })] },
      async ({ start }) => {
        const handle = await start('sequence', twice);
        await handle.result();
        seen.push(await told(handle));
      },
    );
  }
  expect(seen).toEqual([['stored new', 'hit'], ['stored new', 'hit'], ['hit', 'hit']]); // prettier-ignore
});

test('an Activity that completes asynchronously does so, each time', async () => {
  const tokens: Uint8Array[] = [];
  let arrived = deferred();
  const f = cached('auto', async (_x: number) => {
    tokens.push(Context.current().info.taskToken);
    arrived.resolve();
    throw new CompleteAsyncError();
  });
  await withWorker(
    { activities: { f }, plugins: [new CachePlugin({ store: 'memory:' })] },
    async ({ start, client }) => {
      const handle = await start('sequence', twice);
      for (const answer of ['first', 'second']) {
        await arrived.promise;
        arrived = deferred();
        await client.activity.complete(tokens.at(-1)!, answer);
      }
      expect(await handle.result()).toEqual(['first', 'second']);
      expect(await told(handle)).toEqual([]);
    },
  );
});

test('arguments that cannot be keyed: the call runs, bypassed, naming the path', async () => {
  const f = cached(
    { behavior: 'auto', key: ({ args }) => ({ half: args[0], other: () => 1 }) },
    async (x: number) => x,
  );
  await withWorker(
    { activities: { f }, plugins: [new CachePlugin({ store: 'memory:' })] },
    async ({ start }) => {
      const handle = await start('sequence', twice);
      expect(await handle.result()).toEqual([1, 1]);
      const { rows } = await cacheReport(handle);
      expect(rows).toMatchObject(
        [1, 2].map(() => ({
          status: 'bypassed',
          reason: 'unkeyable',
          detail: 'other: a function has no value to compare',
        })),
      );
    },
  );
});

test('the context of the cache is there in the Activity, its word is in the report', async () => {
  const f = cached('auto', async (x: number) => {
    cacheContext()!.skip('the source was not complete');
    return x;
  });
  await withWorker(
    { activities: { f }, plugins: [new CachePlugin({ store: 'memory:' })] },
    async ({ start }) => {
      const handle = await start('sequence', twice);
      await handle.result();
      const { rows } = await cacheReport(handle);
      expect(rows.map(({ detail }) => detail)).toEqual(Array(2).fill('the source was not complete'));
    },
  );
});
