/** Calls with `cache` are looked up in the Workflow, before they are scheduled. */
import {
  cached,
  CachePlugin,
  cacheReport,
  type CacheReport,
  type CacheReportRow,
} from 'temporal-activity-cache';
import { Worker } from '@temporalio/worker';
import { type Around, bundle, type WorkerSetup, withWorker } from '../helpers/temporal';

const bundled = bundle({ plugins: [new CachePlugin({ store: 'memory:' })] });

type Handle = Awaited<ReturnType<Around['start']>>;

/** Events of a run, by the names of their attributes. */
async function eventsOf(handle: Handle): Promise<string[]> {
  const { events = [] } = await handle.fetchHistory();
  return events!.map((event) => Object.keys(event).find((name) => name.endsWith('EventAttributes'))!);
}
const countOf = async (handle: Handle, name: string) =>
  (await eventsOf(handle)).filter((event) => event === `${name}EventAttributes`).length;

async function withLookups<T>(
  activities: Record<string, (...args: any[]) => unknown>,
  test: (around: Around) => Promise<T>,
  worker: WorkerSetup = {},
): Promise<T> {
  const cache = new CachePlugin({ store: 'memory:' });
  const workflowBundle = await bundled;
  return withWorker({ workflowBundle, activities, plugins: [cache], ...worker }, test);
}

/** Between a Workflow's clock and its history there may be a millisecond. */
const withoutAge = ({ ageMs: _, ...row }: CacheReportRow) => row;

/** All of them, with the plugin as it is now. */
async function expectReplays(handles: Handle[]): Promise<void> {
  const cache = new CachePlugin({ store: 'memory:' });
  const workflowBundle = await bundled;
  async function* histories() {
    for (const handle of handles)
      yield { workflowId: handle.workflowId, history: await handle.fetchHistory() };
  }
  const failed: unknown[] = [];
  for await (const { error } of Worker.runReplayHistories({ workflowBundle, plugins: [cache] }, histories()))
    if (error !== undefined) failed.push(error);
  expect(failed).toEqual([]);
}

const steps = (n: number) =>
  Array.from({ length: n }, (_, i) => ({ type: 'f', args: [i], options: { cache: true } }));

test('20 cached steps of one type are one Workflow Task, no Activity Task, and at most 30 events', async () => {
  let bodies = 0;
  const f = cached('auto', async (x: number) => {
    bodies++;
    return x * 2;
  });
  await withLookups({ f }, async ({ start }) => {
    const cold = await start('sequence', steps(20));
    const doubled = Array.from({ length: 20 }, (_, i) => i * 2);
    expect(await cold.result()).toEqual(doubled);
    const warm = await start('sequence', steps(20));
    expect(await warm.result()).toEqual(doubled);
    expect(bodies).toBe(20);
    expect(await countOf(warm, 'workflowTaskCompleted')).toBe(1);
    expect(await countOf(warm, 'activityTaskScheduled')).toBe(0);
    expect((await eventsOf(warm)).length).toBeLessThanOrEqual(30);
    const { rows, totals } = await cacheReport(warm);
    expect(totals).toMatchObject({ calls: 20, hit: 20 });
    expect(rows.map((row) => row.durationMs)).toEqual(
      rows.map((row) => Math.round(row.durationMs * 10) / 10),
    );
    expect(rows[3]).toMatchObject({ activityType: 'f', activityId: '7', status: 'hit' });
    expect((await cacheReport(cold)).totals).toMatchObject({ calls: 20, stored: 20 });
    const inWorkflow = await warm.query<CacheReport>('activity-cache.report');
    expect(inWorkflow.rows.map(withoutAge)).toEqual(rows.map(withoutAge));
    expect(inWorkflow.totals).toEqual(totals);
  });
});

test('200 Workflows that wait for one key, on a Worker with 2 slots and a Workflow cache of 2: one execution', async () => {
  let bodies = 0;
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const f = cached({ serialize: true }, async (x: number) => {
    bodies++;
    await opened;
    return x + 1;
  });
  const other = async () => 'not held up';
  await withLookups(
    { f, other },
    async ({ start, run }) => {
      const waiting = await Promise.all(
        Array.from({ length: 200 }, () =>
          start('sequence', [
            { type: 'f', args: [1], options: { cache: true, startToCloseTimeout: '5 minutes' } },
          ]),
        ),
      );
      expect(await run('sequence', [{ type: 'other' }])).toEqual(['not held up']);
      open();
      const results = await Promise.all(waiting.map((handle) => handle.result()));
      expect(results.every((result) => (result as number[])[0] === 2)).toBe(true);
      expect(bodies).toBe(1);
      const statuses = await Promise.all(
        waiting.map(async (handle) => (await cacheReport(handle)).rows.map(({ status }) => status).join()),
      );
      expect(statuses.filter((status) => status === 'stored')).toHaveLength(1);
      expect(statuses.filter((status) => status === 'joined' || status === 'hit')).toHaveLength(199);
      const events = await countOf(waiting[100]!, 'activityTaskScheduled');
      expect(events).toBe(0);
      await expectReplays(waiting);
    },
    { maxConcurrentActivityTaskExecutions: 2, maxCachedWorkflows: 2 },
  );
}, 240_000);
