/** Look-ups that are cancelled, woken by forgers, answered with rubbish, reset, restarted: the Workflow gets its value, or its cancellation. */
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { cached, CachePlugin, MemoryStore } from 'temporal-activity-cache';
import { type Deferred, deferred } from '../helpers/deferred';
import { answers, FaultyStore, hangs, rejects, throwsAtOnce } from '../helpers/faulty-store';
import {
  type BodyCall,
  endsOf,
  type Handle,
  reservationsAreWorkedOn,
  type Serialized,
  type SerializedSetup,
  statusesOf,
  waitingIn,
  withSerialized,
} from '../helpers/serialized';
import { shared } from '../helpers/shared';
import { bundle, withWorker } from '../helpers/temporal';
import { parked } from '../helpers/parked';
import { reset } from '../helpers/reset';
import { until } from '../helpers/until';

const workflowsPath = require.resolve('../helpers/lookup-workflows');
const bundled = bundle({ workflowsPath, plugins: [new CachePlugin({ store: 'memory:' })] });

type AnyHandle = Pick<Handle, 'fetchHistory'>;

async function replays(...handles: AnyHandle[]): Promise<void> {
  const options = { workflowBundle: await bundled, plugins: [new CachePlugin({ store: 'memory:' })] };
  for (const handle of handles) await Worker.runReplayHistory(options, await handle.fetchHistory());
}

async function countOf(handle: AnyHandle, name: string): Promise<number> {
  const { events } = await handle.fetchHistory();
  return events!.filter((event) => event[`${name}EventAttributes` as 'eventId'] != null).length;
}

const lookUp = { cache: true } as const;
const step = { type: 'f', args: [7], options: lookUp };

interface Gate extends Deferred<void> {
  key: Deferred<string>;
  bodies: number;
}
/** By the argument of the calls. */
const gates = new Map<unknown, Gate>();

async function body({ args: [x], key }: BodyCall): Promise<string> {
  const gate = gates.get(x);
  if (gate === undefined) return 'value';
  const index = gate.bodies++;
  gate.key.resolve(key);
  if (index === 0) await Promise.race([gate.promise, Context.current().cancelled]);
  return `value of ${index}`;
}

const withPlugin = { plugins: [new CachePlugin({ store: 'memory:' })] };
const serialized = async (
  worker: SerializedSetup['worker'],
  test: (around: Serialized) => Promise<void>,
): Promise<void> =>
  withSerialized(
    body,
    {
      plugin: { store: 'memory:' },
      worker: { workflowBundle: await bundled, client: withPlugin, ...worker },
    },
    async (around) => {
      await reservationsAreWorkedOn(around.client, around.plugin);
      await test(around);
    },
  );

const oneWorker = shared<Serialized>((test) => serialized({}, test));

interface Gated extends Omit<Serialized, 'call'> {
  call(n: number): Promise<Handle[]>;
  open(): void;
  /** Resolves when exactly so many wait for the key. */
  waiting(callers: number): Promise<void>;
  /** A call of the same key. */
  step: typeof step;
}

let tests = 0;

/** A key of its own, whose first body runs until the test opens it. */
async function gated(test: (around: Gated) => Promise<void>, around = oneWorker()): Promise<void> {
  const x = 100 + ++tests; // others call with 7 and 8
  const gate = { ...deferred(), key: deferred<string>(), bodies: 0 };
  gates.set(x, gate);
  const { client, plugin } = around;
  const call = (n: number) => around.call(n, lookUp, [x]);
  const waiting = (callers: number) =>
    until(async () => (await waitingIn(client, plugin, await gate.key.promise)) === callers);
  await test({ ...around, call, waiting, open: gate.resolve, step: { ...step, args: [x] } });
}

/** One Workflow that has the turn, and whose body runs until the test opens it. */
const whileOneRuns = (
  test: (around: Gated & { first: Handle }) => Promise<void>,
  around?: Serialized,
): Promise<void> =>
  gated(async (gatedAround) => {
    const [first] = await gatedAround.call(1);
    await gatedAround.waiting(0); // its body has begun
    await test({ ...gatedAround, first: first! });
  }, around);

const wake = (handle: Handle, argument: unknown) => handle.signal('activity-cache.wake', argument);

describe('while it waits', () => {
  test('forged and repeated wake-ups, of any form, give it nothing; late ones are no trouble', async () => {
    await whileOneRuns(async ({ call, open, waiting, first }) => {
      const [waits] = await call(1);
      await parked([waits!]);
      const { runId } = await waits!.fetchHistory().then(({ events }) => ({
        runId: events![0]!.workflowExecutionStartedEventAttributes!.originalExecutionRunId!,
      }));
      const id = `${waits!.workflowId}/${runId}/1`;
      const wakes = [{ id, verdict: 'run' }, { id }, { id: 'another' }, { id: null }, null, 7, 'text', []];
      for (const argument of wakes) await wake(waits!, argument);
      await until(async () => (await countOf(waits!, 'workflowExecutionSignaled')) === wakes.length);
      await waiting(1);
      expect(await countOf(waits!, 'activityTaskScheduled')).toBe(0);
      open();
      expect(await endsOf([first, waits!])).toEqual(['value of 0', 'value of 0']);
      expect(await statusesOf([first, waits!])).toEqual({ stored: 1, joined: 1 });
      await replays(first, waits!);
    });
  });

  test.each(['TRY_CANCEL', 'WAIT_CANCELLATION_COMPLETED', 'ABANDON'] as const)(
    'a cancellation of its scope ends the call at once, and its place in line (%s)',
    async (cancellationType) => {
      await whileOneRuns(async ({ start, open, waiting, first, step }) => {
        const options = { cache: true, cancellationType };
        const waits = await start('cancelling', { ...step, options });
        await waiting(1);
        await waits.signal('cancel');
        await waits.signal('finish');
        expect(await waits.result()).toBe('cancelled');
        await waiting(0);
        open();
        expect(await endsOf([first])).toEqual(['value of 0']);
        expect(await countOf(waits, 'activityTaskScheduled')).toBe(0);
        await replays(first, waits);
      });
    },
  );

  test('a cancellation of the whole run ends it, and its place in line', async () => {
    await whileOneRuns(async ({ call, open, waiting, first }) => {
      const [waits] = await call(1);
      await waiting(1);
      await waits!.cancel();
      await expect(waits!.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
      await waiting(0);
      open();
      expect(await endsOf([first])).toEqual(['value of 0']);
      await replays(waits!);
    });
  });

  test('queries, updates and signals are answered, in their order', async () => {
    await whileOneRuns(async ({ client, taskQueue, open, waiting, first, step }) => {
      const waits = await client.workflow.signalWithStart('noting', {
        taskQueue,
        workflowId: randomUUID(),
        args: [step],
        signal: 'note',
        signalArgs: ['with the start'],
      });
      await waiting(1);
      await waits.signal('note', 'signal');
      expect(await waits.executeUpdate('noted', { args: ['update'] })).toEqual(['with the start', 'signal', 'update']); // prettier-ignore
      expect(await waits.query('notes')).toEqual(['with the start', 'signal', 'update']);
      expect(await waits.query('activity-cache.report')).toMatchObject({ rows: [] });
      open();
      const notes = ['with the start', 'signal', 'update'];
      expect(await waits.result()).toEqual({ notes, results: ['value of 0'] });
      await replays(first, waits);
    });
  });

  test('a `waitTimeout` that passes: it runs without its turn', async () => {
    const options = { cache: { serialize: { waitTimeout: 500 } } };
    await whileOneRuns(async ({ start, open, first, step }) => {
      const waits = await start('sequence', [{ ...step, options }]);
      expect(await endsOf([waits])).toEqual(['value of 1']);
      open();
      await endsOf([first]);
      expect(await statusesOf([waits])).toEqual({ 'stored unserialized': 1 });
      await replays(first, waits);
    });
  });

  test('its Worker keeps no Workflow in memory: it is begun again from its history, and waits on', async () => {
    await serialized({ maxCachedWorkflows: 0 }, (around) =>
      whileOneRuns(async ({ call, open, first }) => {
        const [waits] = await call(1);
        await parked([waits!]);
        open();
        expect(await endsOf([first, waits!])).toEqual(['value of 0', 'value of 0']);
        expect(await statusesOf([first, waits!])).toEqual({ stored: 1, joined: 1 });
        await replays(first, waits!);
      }, around),
    );
  });

  test('a reset to its beginning: the new run takes a place of its own, and the value', async () => {
    await whileOneRuns(async ({ client, call, open, waiting, first }) => {
      const [waits] = await call(1);
      await parked([waits!]);
      const again = await reset(client, waits!, 0);
      await waiting(2);
      open();
      expect(await endsOf([first, again])).toEqual(['value of 0', 'value of 0']);
      await replays(again);
    });
  });
});

test('a reset to before a hit: the new run looks up anew', async () => {
  const f = cached('auto', async () => 'value');
  const setup = { workflowBundle: await bundled, activities: { f }, plugins: [new CachePlugin({ store: 'memory:' })] }; // prettier-ignore
  await withWorker(setup, async ({ client, start }) => {
    const cold = await start('sequence', [step, step]);
    expect(await cold.result()).toEqual(['value', 'value']);
    for (const handle of [cold, await start('sequence', [step, step])]) {
      await handle.result();
      const again = await reset(client, handle, 0);
      expect(await again.result()).toEqual(['value', 'value']);
      await replays(handle, again);
    }
  });
});

test('a call that is cancelled while it is looked up ends as cancelled, hit or miss; nobody waits for its turn', async () => {
  await whileOneRuns(async ({ start, open, first, step }) => {
    const other = { ...step, args: [8] };
    const missed = await start('cancelledAtOnce', other);
    expect(await missed.result()).toBe('cancelled');
    expect(await countOf(missed, 'activityTaskScheduled')).toBe(0);
    const next = await start('sequence', [other]);
    expect(await endsOf([next])).toEqual(['value']);
    open();
    await endsOf([first]);
    const hit = await start('cancelledAtOnce', step);
    expect(await hit.result()).toBe('cancelled');
    await replays(missed, hit);
  });
});

test.each([
  ['hangs', hangs],
  ['rejects', rejects],
  ['throws', throwsAtOnce],
  ['answers rubbish', answers({ found: { header: 'x' }, now: NaN })],
])('a store whose look-up %s: the Activity runs', async (_name, fault) => {
  const store = new FaultyStore(new MemoryStore()).fail(fault, 'look');
  const f = cached({ serialize: true }, async () => 'value');
  const plugins = [new CachePlugin({ store, storeTimeout: 200 })];
  await withWorker({ workflowBundle: await bundled, activities: { f }, plugins }, async ({ start }) => {
    const handle = await start('sequence', [step, step]);
    expect(await handle.result()).toEqual(['value', 'value']);
    expect(await countOf(handle, 'activityTaskScheduled')).toBe(2);
    await replays(handle);
  });
});

test("with onStoreError: 'fail' the call fails as its Activity does, and succeeds when the store is back", async () => {
  const store = new FaultyStore(new MemoryStore()).fail(rejects, 'look');
  let bodies = 0;
  const f = cached('auto', async () => ++bodies);
  const plugins = [new CachePlugin({ store, onStoreError: 'fail' })];
  await withWorker({ workflowBundle: await bundled, activities: { f }, plugins }, async ({ start }) => {
    const failing = await start('sequence', [step]);
    expect(String((await endsOf([failing]))[0])).toMatch(/disk is on fire|look/i);
    expect(bodies).toBe(0);
    store.heal();
    const later = await start('sequence', [step]);
    expect(await later.result()).toEqual([1]);
    await replays(failing, later);
  });
});

test('overwriting runs that look up and wait do not take an older value; one computes for all of them', async () => {
  await gated(async ({ client, taskQueue, waiting, open, step }) => {
    const begin = () =>
      client.workflow.start('sequence', {
        taskQueue,
        workflowId: randomUUID(),
        args: [[step]],
        cache: { mode: 'overwrite' },
      });
    const first = await begin();
    await waiting(0);
    const others = await Promise.all([begin(), begin(), begin()]);
    await parked(others);
    open();
    expect(await endsOf([first])).toEqual(['value of 0']);
    expect(await endsOf(others)).toEqual(Array(3).fill('value of 1'));
    expect(await statusesOf(others)).toEqual({ 'stored overwrite': 1, joined: 2 });
    await replays(first, ...others);
  });
});
