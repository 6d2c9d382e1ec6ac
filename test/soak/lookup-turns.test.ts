/** A turn that a Workflow was given and does not use goes on to who waits: whatever became of its Activity, its scope, its run, its Worker. */
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { type ActivityExecuteInput, Worker, type WorkerPlugin } from '@temporalio/worker';
import { cached, CachePlugin } from 'temporal-activity-cache';
import { RESOLVE } from '../../src/wire/names';
import { type Body, type Gated, withGate } from '../helpers/gate';
import { parked } from '../helpers/parked';
import { endsOf, type Handle, newStore, type SerializedSetup, statusesOf } from '../helpers/serialized';
import { type Around, bundle, withWorker } from '../helpers/temporal';
import { reset } from '../helpers/reset';
import { until } from '../helpers/until';

/** Its interceptor stands inside ours. */
const inside: WorkerPlugin & { configureBundler: CachePlugin['configureBundler'] } = {
  name: 'inside',
  configureBundler: (options) => ({
    ...options,
    workflowInterceptorModules: [
      ...(options.workflowInterceptorModules ?? []),
      require.resolve('../helpers/cancelling-workflows'),
    ],
  }),
};
const bundled = bundle({
  workflowsPath: require.resolve('../helpers/cancelling-workflows'),
  plugins: [new CachePlugin({ store: 'memory:' }), inside],
});

async function replays(...handles: Handle[]): Promise<void> {
  const options = { workflowBundle: await bundled, plugins: [new CachePlugin({ store: 'memory:' })] };
  for (const handle of handles) await Worker.runReplayHistory(options, await handle.fetchHistory());
}

async function eventsOf(handle: Handle, name: string) {
  const { events } = await handle.fetchHistory();
  return events!.filter((event) => event[`${name}EventAttributes` as 'eventId'] != null);
}

const lookUp = { cache: true } as const;

async function gated(
  { worker, ...setup }: SerializedSetup,
  test: (around: Gated) => Promise<void>,
  wrap?: (body: Body) => Body,
): Promise<void> {
  await withGate({ ...setup, worker: { workflowBundle: await bundled, ...worker } }, test, wrap);
}

test('the slot is full of a call that waits in it: it takes the turn that a Workflow has and cannot use', async () => {
  const firstFails =
    (body: Body): Body =>
    async (call) => {
      const value = await body(call);
      if (call.index === 0) throw new Error('failed');
      return value;
    };
  await gated(
    { worker: { maxConcurrentActivityTaskExecutions: 1 } },
    async ({ call, waiting, open }) => {
      const [first] = await call(1);
      await waiting(0);
      const [waits] = await call(1, lookUp);
      await waiting(1);
      const [inSlot] = await call(1); // takes the slot next, before the Activity of the one that waits
      await until(async () => (await eventsOf(inSlot!, 'activityTaskScheduled')).length === 1);
      open();
      expect(await endsOf([first!, waits!, inSlot!])).toEqual(['failed', 'value of 1', 'value of 1']);
      expect(await statusesOf([inSlot!])).toEqual({ stored: 1 });
      await replays(waits!);
    },
    firstFails,
  );
});

test('an Activity that nobody starts within the lease loses its turn to the next in line; started late it takes the value', async () => {
  const cache = { version: '1', serialize: true };
  await gated({ plugin: { reservations: { lease: '1 second' } } }, async (around) => {
    const { call, open, plugin, connection } = around;
    const elsewhere = `elsewhere-${randomUUID()}`;
    const [granted] = await call(1, { cache, taskQueue: elsewhere, startToCloseTimeout: '1 hour' });
    await until(async () => (await eventsOf(granted!, 'activityTaskScheduled')).length === 1);
    open();
    const [next] = await call(1, { cache });
    expect(await endsOf([next!])).toEqual(['value of 0']);
    expect(await statusesOf([next!])).toEqual({ stored: 1 });
    const f = cached(cache, async () => 'computed once more');
    const setup = { activities: { f }, plugins: [plugin], connection, taskQueue: elsewhere, workflowBundle: undefined }; // prettier-ignore
    await withWorker(setup, async () => expect(await endsOf([granted!])).toEqual(['value of 0']));
    await replays(granted!, next!);
  });
});

test.each([
  ['scheduleToCloseTimeout', { scheduleToCloseTimeout: '1 second' }, 'activity ScheduleToClose timeout'],
  [
    'startToCloseTimeout and attempts',
    { startToCloseTimeout: '1 second', retry: { maximumAttempts: 1 } },
    'activity StartToClose timeout',
  ],
])('a call that waits in its Workflow ends by its own %s', async (_name, timeouts, message) => {
  await gated({}, async ({ call, waiting, open }) => {
    const [holder] = await call(1);
    await waiting(0);
    const [waits] = await call(1, { ...lookUp, ...timeouts });
    expect(await endsOf([waits!])).toEqual([message]); // while the other one still runs
    expect(await eventsOf(waits!, 'activityTaskScheduled')).toEqual([]);
    open();
    expect(await endsOf([holder!])).toEqual(['value of 0']);
    await replays(waits!);
  });
});

test('a call that is cancelled at any moment between its turn and its Activity gives the turn back', async () => {
  const calls = 24;
  // A turn that is not given back keeps who waits for longer than this test may take.
  await gated({ plugin: { reservations: { lease: '1 hour' } } }, async ({ start, call, open }) => {
    open();
    const cancelled = await start('cancelledBetween', calls);
    const ends = () => cancelled.query<string[]>('ends');
    await until(async () => (await ends()).length === calls);
    expect(new Set(await ends())).toEqual(new Set(['cancelled, not scheduled', 'cancelled, scheduled']));
    const each = Array.from({ length: calls }, (_, x) => call(1, lookUp, [x]));
    const others = (await Promise.all(each)).flat();
    await endsOf(others);
    expect(await statusesOf(others)).toEqual({ stored: calls });
    await cancelled.terminate();
    await replays(cancelled);
  });
});

test('a reset to after a grant and to after a hit: the new run computes what was not computed, and keeps what was found', async () => {
  const step = {
    type: 'f',
    args: [7],
    options: { ...lookUp, retry: { maximumAttempts: 3, initialInterval: 1 } },
  };
  await gated(
    { plugin: { reservations: { lease: '1 second' } } },
    async ({ client, start, open, waiting }) => {
      const granted = await start('noting', step);
      await waiting(0); // its body has begun
      await granted.signal('note', 'one more Workflow Task');
      await until(async () => (await eventsOf(granted, 'workflowTaskCompleted')).length === 2);
      const afterGrant = await reset(client, granted, -1);
      open();
      const { results } = (await afterGrant.result()) as { results: unknown[] };
      expect(results[0]).toMatch(/^value of [01]$/);

      const hit = await start('halted', [step], [step]);
      await hit.signal('go');
      expect(await hit.result()).toEqual([results[0], results[0]]);
      const afterHit = await reset(client, hit, -1);
      expect(await afterHit.result()).toEqual([results[0], results[0]]);
      expect(await statusesOf([hit, afterHit])).toEqual({ hit: 4 });
      await replays(granted, afterGrant, hit, afterHit);
    },
  );
});

test('the Worker is shut down while Workflows wait, and another one begins: all get the value, of one execution more at most', async () => {
  let bodies = 0;
  const f = cached({ serialize: true }, async () => {
    const index = bodies++;
    if (index === 0) await Context.current().cancelled; // by the shutdown
    return `value of ${index}`;
  });
  const [store, taskQueue, workflowBundle] = [newStore(), `shutdown-${randomUUID()}`, await bundled];
  const phase = <T>(body: (around: Around) => Promise<T>) =>
    withWorker({ workflowBundle, activities: { f }, plugins: [new CachePlugin({ store })], taskQueue }, body);
  const step = { type: 'f', options: { ...lookUp, retry: { maximumAttempts: 2, initialInterval: 1 } } };
  const ids = await phase(async ({ start }) => {
    const first = await start('sequence', [step]);
    await until(() => bodies === 1);
    const others = await Promise.all([1, 2, 3].map(() => start('sequence', [step])));
    await parked(others);
    return [first, ...others].map(({ workflowId }) => workflowId);
  });
  await phase(async ({ client }) => {
    const handles = ids.map((id) => client.workflow.getHandle(id) as Handle);
    expect(await endsOf(handles)).toEqual(Array(4).fill('value of 1'));
    expect(bodies).toBe(2);
    await replays(...handles);
  });
});

test('a look-up whose answer an interceptor of the user’s replaces by rubbish: the Activities run', async () => {
  const lies: unknown[] = [
    undefined,
    7,
    'text',
    [],
    {},
    { answer: 'another' },
    { answer: 'wait' },
    { answer: 'wait', key: 'k', holder: 'h' },
    { answer: 'wait', key: 'k', holder: 'h', ticket: 1, waitMs: 'long' },
    { answer: 'run', key: 7 },
    { answer: 'run', granted: true },
    { answer: 'large', key: {} },
    { answer: 'bypassed', key: [] },
    { answer: 'run', granted: true, key: 'of another', begin: 'rubbish' },
  ];
  let asked = 0;
  const lying = ({ info }: Context) => ({
    inbound: {
      execute: async (
        input: ActivityExecuteInput,
        next: (input: ActivityExecuteInput) => Promise<unknown>,
      ) => {
        const told = await next(input);
        return info.activityType === RESOLVE ? lies[asked++] : told;
      },
    },
  });
  await gated({ worker: { interceptors: { activity: [lying] } } }, async ({ start, open }) => {
    open();
    const steps = lies.map((_, x) => ({ type: 'f', args: [x], options: lookUp }));
    const handle = await start('sequence', steps);
    expect(await handle.result()).toEqual(lies.map((_, x) => `value of ${x}`));
    expect(await eventsOf(handle, 'activityTaskScheduled')).toHaveLength(lies.length);
    expect(asked).toBe(lies.length);
    await replays(handle);
  });
});
