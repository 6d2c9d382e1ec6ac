/** Look-ups leave Workflows as they are: their order, their ends, their cancellations, and their replays. */
import { randomUUID } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { cached, CachePlugin, MemoryStore } from 'temporal-activity-cache';
import { type Around, bundleWithPlugin, withWorker } from '../helpers/temporal';
import { until } from '../helpers/until';
import { shared } from '../helpers/shared';

const bundled = bundleWithPlugin(require.resolve('../helpers/replaying-workflows'));
const plugins = [new CachePlugin({ store: new MemoryStore() })];
const cachedIdentity = () => cached({ version: '1' }, async (x: unknown) => x);
const activities = {
  fast: cachedIdentity(),
  slow: cachedIdentity(),
  plain: async (x: unknown) => `plain ${String(x)}`,
};
const setup = async () => ({ workflowBundle: await bundled, activities, plugins });

const known = Array.from({ length: 12 }, (_, i) => `known ${i}`);
const around = shared<Around>(async (body) =>
  withWorker(await setup(), async (one) => {
    await one.run('sequence', ['known', ...known]);
    await body(one);
  }),
);

/** A run that is stuck ends by its timeout. */
const start = ({ client, taskQueue }: Around, workflow: string, ...args: unknown[]) =>
  client.workflow.start(workflow, {
    taskQueue,
    workflowId: randomUUID(),
    args,
    workflowExecutionTimeout: '45 seconds',
  });

type Handle = Awaited<ReturnType<typeof start>>;

async function endOf(handle: Handle): Promise<unknown> {
  return handle.result().catch((error: { cause?: Error }) => `failed: ${error.cause?.message}`);
}

async function count(handle: Handle, attributes: string): Promise<number> {
  const { events } = await handle.fetchHistory();
  return events!.filter((event) => event[attributes as 'activityTaskCompletedEventAttributes'] != null)
    .length;
}

async function replays(handle: Handle): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle: await bundled, plugins }, await handle.fetchHistory());
}

test('calls in branches of unequal depth keep their values when another Worker goes on', async () => {
  const taskQueue = randomUUID();
  const options = { ...(await setup()), taskQueue, stickyQueueScheduleToStartTimeout: '1 second' };
  const cold = await withWorker(options, async (one) => {
    const handle = await start(one, 'unequal');
    await handle.signal('go');
    await handle.result();
    return handle;
  });
  const handle = await withWorker(options, async (one) => {
    const handle = await start(one, 'unequal');
    await until(async () => (await count(handle, 'activityTaskCompletedEventAttributes')) === 2);
    return handle;
  });
  const { client } = around();
  const again = client.workflow.getHandle(handle.workflowId) as Handle;
  await withWorker(options, async () => {
    await again.signal('go');
    expect(await endOf(again)).toEqual(['plain a', 'plain b']);
  });
  await replays(client.workflow.getHandle(cold.workflowId) as Handle);
  await replays(again);
});

const failed = 'failed: as told';
test.each([
  ['is returned by race', 'known'],
  ['is returned by any', 'known'],
  ['is followed by a throw', failed],
  ['is thrown out of all', failed],
  ['is followed by continue-as-new', 'known'],
  ['leaves a call behind', 'known'],
  ['is followed by a cancellation, after which a call is made', 'known'],
])('a hit beside a miss that %s ends the run', async (how, expected) => {
  for (const x of [1, 2, 3]) {
    const handle = await start(around(), 'ends', how, `${how} ${x}`);
    expect(await endOf(handle)).toEqual(expected);
    await replays(handle);
  }
});

test('the first answer wins and the others are cancelled: the run goes on', async () => {
  const runs = Array.from({ length: 10 }, (_, i) =>
    start(around(), 'firstWins', [...known, `other ${i % 5}`]),
  );
  for (const handle of await Promise.all(runs)) {
    expect(await endOf(handle)).toEqual('plain after');
    await replays(handle);
  }
});

test('a call is cancelled with its own scope, not with that of another call', async () => {
  const handle = await start(around(), 'cancelledBeside', 40, 5);
  expect(await endOf(handle)).toEqual(['cancelled', 'ok', 'ok', 'ok', 'ok', 'ok']);
  await replays(handle);
});

test('a call that cannot be cancelled is not, beside one that is', async () => {
  const handle = await start(around(), 'cleanedUp');
  expect(await endOf(handle)).toEqual(['cancelled', 'ok']);
  await replays(handle);
});

test('an argument that cannot be converted fails its own call alone', async () => {
  const handle = await start(around(), 'unconvertible');
  expect(await endOf(handle)).toEqual(['ok', 'failed', 'ok']);
  await replays(handle);
});

test.each([
  ['mixedSites', ['x', 'x']],
  ['mixedChildren', ['of the child', 'of the child']],
])('calls of one type, of which one is looked up and one is not, replay: %s', async (workflow, expected) => {
  for (let i = 0; i < 2; i++) {
    const handle = await start(around(), workflow, 'x');
    expect(await endOf(handle)).toEqual(expected);
    await replays(handle);
  }
});

/** The history as if the run had had another argument: its code reads its options there, so it is as if they had been changed. */
async function withArgument(handle: Handle, argument: unknown) {
  const history = await handle.fetchHistory();
  const { input } = history.events![0]!.workflowExecutionStartedEventAttributes!;
  input!.payloads![0] = defaultPayloadConverter.toPayload(argument);
  return history;
}

test.each([
  [{ version: '1' }, { behavior: 'auto' }],
  [{ version: '1' }, { version: '1', mode: 'off' }],
  [{ version: '1' }, { version: '2', mode: 'readonly' }],
  [{ mode: 'use' }, { version: '1' }],
  [{ behavior: 'auto' }, { version: '1' }],
])("a child's cache changes under an open run: from %j to %j", async (before, after) => {
  const handle = await start(around(), 'parent', before, randomUUID());
  await until(async () => (await count(handle, 'childWorkflowExecutionCompletedEventAttributes')) === 1);
  const history = await withArgument(handle, after);
  const options = { workflowBundle: await bundled, plugins };
  await expect(Worker.runReplayHistory(options, history)).resolves.toBeUndefined();
  await handle.terminate();
});

test("a 'tags' function that threw is mended under an open run", async () => {
  const handle = await start(around(), 'tagged', {});
  await until(async () => (await count(handle, 'workflowTaskCompletedEventAttributes')) === 1);
  const history = await withArgument(handle, { customer: { id: 'ann' } });
  const options = { workflowBundle: await bundled, plugins };
  await expect(Worker.runReplayHistory(options, history)).resolves.toBeUndefined();
  await handle.terminate();
});
