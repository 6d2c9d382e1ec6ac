/** Look-ups and local Activities of the user's never wait for one another: one of these may wait for the call. */
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { cached, CachePlugin } from 'temporal-activity-cache';
import { countOf } from '../helpers/lookups';
import { shared } from '../helpers/shared';
import { type Around, bundleWithPlugin, withWorker } from '../helpers/temporal';

const bundled = bundleWithPlugin(require.resolve('../helpers/beside-local-workflows'));
const plugins = [new CachePlugin({ store: 'memory:' })];
const activities = {
  f: cached({ version: '1' }, async (x: number) => `f${x}`),
  /** Goes on until it is cancelled. */
  beat: () => Context.current().cancelled,
};
const setup = async () => ({ workflowBundle: await bundled, activities, plugins, client: { plugins } });
const around = shared<Around>(async (body) => withWorker(await setup(), body));

/** Workflow Tasks with a local Activity end sooner: an Activity's result comes with the next one. */
const start = (workflow: string, x: number) => {
  const { client, taskQueue } = around();
  return client.workflow.start(workflow, {
    taskQueue,
    workflowId: randomUUID(),
    args: [x],
    workflowTaskTimeout: '2 seconds',
  });
};

type Handle = Awaited<ReturnType<typeof start>>;

async function replays(handle: Handle): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle: await bundled, plugins }, await handle.fetchHistory());
}

test.each([
  ['callFirst', 1],
  ['localFirst', 2],
])(
  '%s: a call beside a local Activity that goes on until the call is answered, miss and hit',
  async (type, x) => {
    for (let i = 0; i < 2; i++) {
      const handle = await start(type, x);
      expect(await handle.result()).toBe(`f${x} cancelled`);
      expect(await countOf(handle, 'workflowTaskFailed')).toBe(0);
      await replays(handle);
    }
  },
);

test('calls before it are looked up, those beside it and after it find their values by their Activities', async () => {
  for (const scheduled of [2, 2]) {
    const handle = await start('between', 3);
    expect(await handle.result()).toEqual(['f3', 'f3 cancelled', 'f3']);
    expect(await countOf(handle, 'activityTaskScheduled')).toBeGreaterThanOrEqual(scheduled);
    await replays(handle);
  }
});

test('a cached Workflow that returns while its local Activity goes on is stored, and ends', async () => {
  const handle = await start('left', 4);
  expect(await handle.result()).toBe('4');
  await replays(handle);
  const again = await start('left', 4);
  expect(await again.result()).toBe('4');
  expect(await countOf(again, 'workflowTaskCompleted')).toBe(1);
}, 50_000);
