/** Calls that are made at once: one local Activity asks about many, each answered as if it were alone. */
import { Worker } from '@temporalio/worker';
import { cached, CachePlugin, cacheReport } from 'temporal-activity-cache';
import { type Around, bundle, withWorker } from '../helpers/temporal';

type Handle = Awaited<ReturnType<Around['start']>>;

let bundled: ReturnType<typeof bundle> | undefined;
const workflowsPath = require.resolve('../helpers/fan-out-workflows');
const workflowBundle = () =>
  (bundled ??= bundle({
    workflowsPath,
    workflowInterceptorModules: [require.resolve('../helpers/priority-interceptor')],
    plugins: [new CachePlugin({ store: 'memory:' })],
  }));

async function withFanOut(
  f: (...args: any[]) => Promise<unknown>,
  test: (around: Around) => Promise<void>,
): Promise<void> {
  const plugin = new CachePlugin({ store: 'memory:', vary: ['tenant'] });
  await withWorker({ workflowBundle: await workflowBundle(), activities: { f }, plugins: [plugin] }, test);
}

async function countOf(handle: Handle, attributes: string): Promise<number> {
  const { events = [] } = await handle.fetchHistory();
  return events!.filter((event) => (event as any)[`${attributes}EventAttributes`] != null).length;
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

test('a fan-out of 501 hits is two look-ups in one Workflow Task, and each call has its value and its row', async () => {
  let bodies = 0;
  const f = cached('auto', async (x: number) => {
    bodies++;
    return x * 2;
  });
  await withFanOut(f, async ({ start }) => {
    const doubled = upTo(501).map((x) => x * 2);
    expect(await (await start('fanOut', upTo(501))).result()).toEqual(doubled);
    const warm = await start('fanOut', upTo(501));
    expect(await warm.result()).toEqual(doubled);
    expect(bodies).toBe(501);
    expect(await countOf(warm, 'activityTaskScheduled')).toBe(0);
    expect(await countOf(warm, 'workflowTaskCompleted')).toBe(1);
    expect(await countOf(warm, 'markerRecorded')).toBe(1 + 2);
    const replayed = {
      workflowBundle: await workflowBundle(),
      plugins: [new CachePlugin({ store: 'memory:' })],
    };
    await Worker.runReplayHistory(replayed, await warm.fetchHistory(), warm.workflowId);
    const { rows, totals } = await cacheReport(warm);
    expect(totals).toMatchObject({ calls: 501, hit: 501 });
    expect(new Set(rows.map(({ activityType, activityId }) => `${activityType} ${activityId}`)).size).toBe(
      501,
    );
    expect((await warm.query<any>('activity-cache.report')).totals).toMatchObject({
      calls: 501,
      hit: 501,
    });
  });
});

test('hits, misses, values of every kind and calls without a cache may be mixed', async () => {
  const f = cached('auto', async (x: unknown) => x);
  await withFanOut(f, async ({ run }) => {
    const kinds = ['undefined undefined', 'object null', 'object bytes 1,2,255', 'string text', 'number 7'];
    for (let i = 0; i < 2; i++) expect(await run('mixed')).toEqual(kinds);
  });
});

test('values that are too large together come by the ordinary Activity', async () => {
  // The history must fit into one message of 4 MB, by which the test reads it.
  const f = cached('auto', async (x: number) => `${x}`.repeat(15_000));
  await withFanOut(f, async ({ run, start }) => {
    await run(
      'lengths',
      upTo(100).map((x) => x % 10),
    );
    const all = upTo(200).map((x) => x % 10);
    const warm = await start('lengths', all);
    expect(await warm.result()).toEqual(all.map(() => 15_000));
    expect(await countOf(warm, 'activityTaskScheduled')).toBeGreaterThan(100);
    expect((await cacheReport(warm)).totals).toMatchObject({ calls: 200, hit: 200 });
  });
});

test('serialized calls of one key are one execution', async () => {
  let bodies = 0;
  const f = cached({ serialize: true }, async (x: number) => {
    bodies++;
    return x;
  });
  await withFanOut(f, async ({ run }) => {
    expect(await run('fanOut', [7, 7, 7, 7, 7])).toEqual([7, 7, 7, 7, 7]);
    expect(bodies).toBe(1);
  });
});

test('headers of the calls count for their keys, each call its own', async () => {
  let bodies = 0;
  const f = cached('auto', async () => ++bodies);
  await withFanOut(f, async ({ run }) => {
    const [a, b] = (await run('byTenant', ['a', 'b'])) as number[];
    expect(a).not.toBe(b);
    expect(await run('byTenant', ['b', 'a', 'c'])).toEqual([b, a, 3]);
  });
});

test('a cancelled scope cancels its own calls only', async () => {
  const f = cached('auto', async (x: number) => x);
  await withFanOut(f, async ({ run }) => {
    expect(await run('halfCancelled')).toEqual(['cancelled', 1]);
  });
});
