/** Look-ups come under running Workflows, and to Workers one by one: every run goes on, and every history replays. */
import { randomUUID } from 'node:crypto';
import type { Client, WorkflowFailedError, WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { cached, CachePlugin, cacheReport } from 'temporal-activity-cache';
import { shared } from '../helpers/shared';
import { type Around, bundle, type WorkerSetup, withWorker } from '../helpers/temporal';
import { until } from '../helpers/until';

const workflowsPath = require.resolve('../helpers/lookup-workflows');
const cacheAll = require.resolve('../helpers/cache-all-interceptor');
const plugin = () => new CachePlugin({ store: 'memory:' });

const bundles = {
  plain: bundle({ workflowsPath }),
  ours: bundle({ workflowsPath, plugins: [plugin()] }),
  cachingAll: bundle({ workflowsPath, workflowInterceptorModules: [cacheAll], plugins: [plugin()] }),
};
type Bundle = keyof typeof bundles;

/** One after the other on one task queue; a Workflow is not kept between its Workflow Tasks. */
interface Phase extends WorkerSetup {
  bundle: Bundle;
  plugin?: CachePlugin;
}

const on = async <T>(
  taskQueue: string,
  { bundle: name, plugin: cache, ...setup }: Phase,
  body: (around: Around) => Promise<T>,
): Promise<T> =>
  withWorker(
    {
      workflowBundle: await bundles[name],
      plugins: cache === undefined ? [] : [cache],
      maxCachedWorkflows: 0,
      taskQueue,
      ...setup,
    },
    body,
  );

async function attributesOf(handle: WorkflowHandle, name: string): Promise<any[]> {
  const { events } = await handle.fetchHistory();
  return events!.flatMap((event) => event[`${name}EventAttributes` as 'eventId'] ?? []);
}
const countOf = async (handle: WorkflowHandle, name: string) => (await attributesOf(handle, name)).length;
const statusesOf = async (handle: WorkflowHandle) =>
  (await cacheReport(handle)).rows.map(({ status }) => status);

async function replays(handle: WorkflowHandle, name: Bundle): Promise<void> {
  const options = { workflowBundle: await bundles[name], plugins: [plugin()] };
  await Worker.runReplayHistory(options, await handle.fetchHistory());
}

const f = cached('auto', async (x: number) => x * 2);
const step = (x: number, cache?: unknown) => ({
  type: 'f',
  args: [x],
  options: { ...(cache !== undefined && { cache }) },
});
const newQueue = () => `rollout-${randomUUID()}`;

/** Half of a run by one Worker, the other half by the next. */
async function inTwoPhases(
  first: Phase,
  second: Phase,
  cache: unknown,
  check: (handle: WorkflowHandle, client: Client) => Promise<void>,
): Promise<void> {
  const taskQueue = newQueue();
  const steps = [step(1, cache), step(1, cache), step(1, cache)];
  const workflowId = await on(taskQueue, { activities: { f }, ...first }, async ({ start }) => {
    const handle = await start('halted', steps.slice(0, 2), steps);
    await until(async () => {
      const events = ['activityTaskCompleted', 'markerRecorded'].map((name) => countOf(handle, name));
      const [completed, markers] = await Promise.all(events);
      return completed! + markers! >= 2 && (await countOf(handle, 'workflowTaskCompleted')) >= 2;
    });
    return handle.workflowId;
  });
  await on(taskQueue, { activities: { f }, ...second }, async ({ client }) => {
    const handle = client.workflow.getHandle(workflowId);
    await handle.signal('go');
    expect(await handle.result()).toEqual([2, 2, 2, 2, 2]);
    await check(handle, client);
  });
}

test.each<[string, Phase]>([
  ['without the plugin', { bundle: 'plain' }],
  ['with a bundle that has the interceptor, and without the plugin', { bundle: 'ours' }],
])(
  'the plugin comes under a running Workflow, begun by a Worker %s: it goes on with look-ups',
  async (_name, first) => {
    await inTwoPhases(first, { bundle: 'ours', plugin: plugin() }, true, async (handle) => {
      expect(await statusesOf(handle)).toEqual(['stored', 'hit', 'hit']);
      expect(await countOf(handle, 'activityTaskScheduled')).toBe(3);
      await replays(handle, 'ours');
    });
  },
);

test('`cache` comes to a proxy under a running Workflow: the calls from then on are looked up', async () => {
  const cache = plugin();
  const [first, second] = [{ bundle: 'ours', plugin: cache }, { bundle: 'cachingAll', plugin: cache }] as const; // prettier-ignore
  await inTwoPhases(first, second, undefined, async (handle) => {
    expect(await statusesOf(handle)).toEqual(['stored', 'hit', 'hit', 'hit', 'hit']);
    expect(await countOf(handle, 'activityTaskScheduled')).toBe(2);
    await replays(handle, 'cachingAll');
  });
});

test.each<[string, Phase]>([
  ['the plugin', { bundle: 'plain' }],
  ['the plugin, though its bundle has the interceptor', { bundle: 'ours' }],
])('a Workflow that has not looked up goes on without %s', async (_name, second) => {
  await inTwoPhases({ bundle: 'ours', plugin: plugin() }, second, undefined, async (handle) => {
    expect(await statusesOf(handle)).toEqual(expect.arrayContaining(['stored', 'hit']));
    await replays(handle, 'ours');
  });
});

test('a prebuilt bundle without the interceptor: nothing is looked up, and the Activities are cached all the same', async () => {
  await on(newQueue(), { bundle: 'plain', plugin: plugin(), activities: { f } }, async ({ start }) => {
    const handle = await start('sequence', [step(1, true), step(1, true)]);
    expect(await handle.result()).toEqual([2, 2]);
    expect(await statusesOf(handle)).toEqual(['stored', 'hit']);
    expect(await countOf(handle, 'activityTaskScheduled')).toBe(2);
    expect(await countOf(handle, 'markerRecorded')).toBe(0);
  });
});

test('a run that has looked up does not go on on a Worker without look-ups, but on the next one that has them', async () => {
  const taskQueue = newQueue();
  const withLookUps: Phase = { bundle: 'ours', plugin: plugin(), activities: { f } };
  const workflowId = await on(taskQueue, withLookUps, async ({ client }) => {
    const handle = await client.workflow.start('halted', {
      taskQueue,
      workflowId: randomUUID(),
      args: [[step(1, true)], [step(1, true), step(2, true)]],
      workflowTaskTimeout: '2 seconds', // the next Worker begins after it
    });
    await until(async () => (await countOf(handle, 'workflowTaskCompleted')) === 2);
    return handle.workflowId;
  });
  await on(taskQueue, { bundle: 'ours', activities: { f } }, async ({ client }) => {
    const handle = client.workflow.getHandle(workflowId);
    await handle.signal('go');
    await until(async () => (await countOf(handle, 'workflowTaskFailed')) > 0);
  });
  await on(taskQueue, withLookUps, async ({ client }) => {
    const handle = client.workflow.getHandle(workflowId);
    expect(await handle.result()).toEqual([2, 2, 4]);
    expect(await statusesOf(handle)).toEqual(['stored', 'hit', 'stored']);
    await replays(handle, 'ours');
  });
});

test('a Worker of Workflows alone looks up what calls say themselves, leaves the rest, and takes no Activity', async () => {
  const taskQueue = newQueue();
  const cache = plugin();
  await on(taskQueue, { bundle: 'ours', plugin: cache, identity: 'of Workflows' }, ({ client, start }) =>
    withWorker(
      {
        activities: { f },
        plugins: [cache],
        taskQueue,
        workflowBundle: undefined,
        identity: 'of Activities',
      },
      async () => {
        const declared = await start('sequence', [step(1, true), step(1, true)]);
        expect(await declared.result()).toEqual([2, 2]);
        expect(await statusesOf(declared)).toEqual(['stored', 'hit']);
        expect(await countOf(declared, 'activityTaskScheduled')).toBe(2);
        const versioned = await start('sequence', [step(1, { version: '1' }), step(1, { version: '1' })]);
        expect(await versioned.result()).toEqual([2, 2]);
        expect(await statusesOf(versioned)).toEqual(['stored', 'hit']);
        expect(await countOf(versioned, 'activityTaskScheduled')).toBe(1);
        const { pollers } = await client.workflowService.describeTaskQueue({
          namespace: 'default',
          taskQueue: { name: taskQueue },
          taskQueueType: 2, // of Activities
        });
        expect(pollers.map(({ identity }) => identity)).toEqual(['of Activities']);
        for (const handle of [declared, versioned]) await replays(handle, 'ours');
      },
    ),
  );
});

test('calls to another task queue: looked up with a `version`, under the same key as there; without one left to its Worker', async () => {
  const [here, there] = [newQueue(), newQueue()];
  const cache = plugin();
  // A function of the same name serves this queue.
  const f2 = cached({ version: 'another', parameters: ['y'] }, async (x: number) => x);
  await on(here, { bundle: 'ours', plugin: cache, activities: { f: f2 } }, ({ start }) =>
    on(there, { bundle: 'ours', plugin: cache, activities: { f } }, async ({ start: startThere }) => {
      const elsewhere = (given: unknown) => ({
        type: 'f',
        args: [4],
        options: { taskQueue: there, cache: given },
      });
      const plain = await start('sequence', [elsewhere(true), elsewhere(true)]);
      expect(await plain.result()).toEqual([8, 8]);
      expect(await statusesOf(plain)).toEqual(['stored', 'hit']);
      expect(await countOf(plain, 'activityTaskScheduled')).toBe(2);

      const given = { version: '3', salt: 's', serialize: true, ignoredInputs: 1 };
      const versioned = await start('sequence', [elsewhere(given), elsewhere(given)]);
      expect(await versioned.result()).toEqual([8, 8]);
      expect(await countOf(versioned, 'activityTaskScheduled')).toBe(1);
      const own = await startThere('sequence', [step(4, given)]);
      expect(await own.result()).toEqual([8]);
      const rows = [...(await cacheReport(versioned)).rows, ...(await cacheReport(own)).rows];
      expect(rows.map(({ status }) => status)).toEqual(['stored', 'hit', 'hit']);
      expect(new Set(rows.map(({ key }) => key)).size).toBe(1);
      for (const handle of [plain, versioned, own]) await replays(handle, 'ours');
    }),
  );
});

describe('what a call says of itself', () => {
  const activities = {
    f,
    disabled: cached('disable', async () => 'd'),
    unwrapped: async () => 'u',
  };
  const around = shared<Around>((body) =>
    on(newQueue(), { bundle: 'ours', plugin: plugin(), activities }, body),
  );
  /** Each call has arguments of its own. */
  let calls = 0;

  test.each<[string, unknown, string[], number]>([
    ['f', false, ['bypassed', 'bypassed'], 2],
    ['f', 'disable', ['bypassed', 'bypassed'], 2],
    ['disabled', true, ['bypassed', 'bypassed'], 2],
    ['disabled', { ttl: '1 day' }, ['bypassed', 'bypassed'], 2],
    ['disabled', { version: '1' }, ['stored', 'hit'], 1],
    ['disabled', 'auto', ['stored', 'hit'], 1],
    ['unwrapped', true, ['bypassed', 'bypassed'], 2],
    ['unwrapped', { ttl: '1 day' }, ['bypassed', 'bypassed'], 2],
    ['unwrapped', { version: '1' }, ['stored', 'hit'], 1],
    ['unwrapped', 'auto', ['stored', 'hit'], 1],
  ])('%s with `cache: %j`: %j', async (type, cache, statuses, scheduled) => {
    const { start } = around();
    const call = { type, args: [++calls], options: { cache } };
    const handle = await start('sequence', [call, call]);
    await handle.result();
    expect(await statusesOf(handle)).toEqual(statuses);
    expect(await countOf(handle, 'activityTaskScheduled')).toBe(scheduled);
    await replays(handle, 'ours');
  });

  test.each([
    [{ version_override: '1' }, 'version'],
    [{ cache_serialize: true }, 'serialize'],
    [{ ignored_inputs: 'x' }, 'ignoredInputs'],
    [{ ignoredInput: 1 }, 'ignoredInputs'],
    ['overide', 'override'],
  ])('%j fails that call for good, and names what was meant', async (cache, meant) => {
    const { start } = around();
    const handle = await start('sequence', [step(1, cache)]);
    const { cause } = (await handle.result().catch((error: unknown) => error)) as WorkflowFailedError;
    expect(cause).toMatchObject({ type: 'CacheOptionsError', nonRetryable: true });
    expect(cause!.message).toContain('f');
    expect(cause!.message).toContain(`'${meant}'`);
    expect(await countOf(handle, 'workflowTaskFailed')).toBe(0);
  });
});
