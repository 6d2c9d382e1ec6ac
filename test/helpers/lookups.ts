/** Workflows of workflows.ts whose calls have `cache`, and what is in their histories. */
import { Worker } from '@temporalio/worker';
import { cached, CachePlugin, cacheReport } from 'temporal-activity-cache';
import { deferred } from './deferred';
import { type Around, bundle, type WorkerSetup, withWorker } from './temporal';

const bundled = () => bundle({ plugins: [new CachePlugin()] });

type Handle = Awaited<ReturnType<Around['start']>>;

/** Events of a run, by the names of their attributes. */
export async function eventsOf(handle: Handle): Promise<string[]> {
  const { events = [] } = await handle.fetchHistory();
  return events!.map((event) => Object.keys(event).find((name) => name.endsWith('EventAttributes'))!);
}
export const countOf = async (handle: Handle, name: string) =>
  (await eventsOf(handle)).filter((event) => event === `${name}EventAttributes`).length;

export async function withLookups<T>(
  activities: Record<string, (...args: any[]) => unknown>,
  test: (around: Around) => Promise<T>,
  worker: WorkerSetup = {},
): Promise<T> {
  const cache = new CachePlugin({ store: 'memory:' });
  return withWorker({ workflowBundle: await bundled(), activities, plugins: [cache], ...worker }, test);
}

/** All of them, with the plugin as it is now. */
async function expectReplays(handles: Handle[]): Promise<void> {
  const cache = new CachePlugin({ store: 'memory:' });
  const options = { workflowBundle: await bundled(), plugins: [cache] };
  async function* histories() {
    for (const handle of handles)
      yield { workflowId: handle.workflowId, history: await handle.fetchHistory() };
  }
  const failed: unknown[] = [];
  for await (const { error } of Worker.runReplayHistories(options, histories()))
    if (error !== undefined) failed.push(error);
  expect(failed).toEqual([]);
}

/** So many Workflows wait for one key, on a Worker with 2 slots and a Workflow cache of 2. */
export async function expectOneExecution(workflows: number): Promise<void> {
  let bodies = 0;
  const opened = deferred();
  const f = cached({ serialize: true }, async (x: number) => {
    bodies++;
    await opened.promise;
    return x + 1;
  });
  const other = async () => 'not held up';
  await withLookups(
    { f, other },
    async ({ start, run }) => {
      const waiting = await Promise.all(
        Array.from({ length: workflows }, () =>
          start('sequence', [
            { type: 'f', args: [1], options: { cache: true, startToCloseTimeout: '5 minutes' } },
          ]),
        ),
      );
      expect(await run('sequence', [{ type: 'other' }])).toEqual(['not held up']);
      opened.resolve();
      const results = await Promise.all(waiting.map((handle) => handle.result()));
      expect(results.every((result) => (result as number[])[0] === 2)).toBe(true);
      expect(bodies).toBe(1);
      const statuses = await Promise.all(
        waiting.map(async (handle) => (await cacheReport(handle)).rows.map(({ status }) => status).join()),
      );
      expect(statuses.filter((status) => status === 'stored')).toHaveLength(1);
      expect(statuses.filter((status) => status === 'joined' || status === 'hit')).toHaveLength(
        workflows - 1,
      );
      const scheduled = await Promise.all(waiting.map((handle) => countOf(handle, 'activityTaskScheduled')));
      expect(scheduled.filter((count) => count > 0)).toEqual([1]);
      await expectReplays(waiting);
    },
    { maxConcurrentActivityTaskExecutions: 2, maxCachedWorkflows: 2 },
  );
}
