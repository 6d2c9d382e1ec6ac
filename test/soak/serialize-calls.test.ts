/** What waiting for its turn means for one Activity: cancelled, timed out, retried and shut down it is like any other that runs. */
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { ActivityExecuteInput } from '@temporalio/worker';
import { MemoryStore } from '../../src/store/memory';
import { FaultyStore } from '../helpers/faulty-store';
import { type Body, patient, withGate } from '../helpers/gate';
import {
  type BodyCall,
  endsOf,
  type Handle,
  newStore,
  statusesOf,
  withSerialized,
} from '../helpers/serialized';
import { until } from '../helpers/until';

const pendingOf = async (handle: Handle) => (await handle.describe()).raw.pendingActivities?.[0];

describe('cancelled', () => {
  const cancelled = (cancellationType: string) => [
    { type: 'f', args: [7], options: { ...patient, cancellationType } },
  ];

  test.each(['TRY_CANCEL', 'WAIT_CANCELLATION_COMPLETED'])(
    'while it waits (%s): it leaves the line, and nobody else is disturbed',
    async (type) => {
      await withGate({}, async ({ call, start, began, waiting, open }) => {
        const holder = await call(1, patient);
        await began(1);
        const leaving = await start('cancelling', ...cancelled(type));
        await waiting(1);
        const others = await call(2, patient);
        await waiting(3);
        await leaving.signal('cancel');
        await waiting(2);
        open();
        const rest = [...holder, ...others];
        expect(await endsOf(rest)).toEqual(Array(3).fill('value of 0'));
        expect(await statusesOf(rest)).toEqual({ stored: 1, joined: 2 });
        await leaving.signal('finish');
        expect(await leaving.result()).toBe('cancelled');
      });
    },
  );

  test('while it waits (ABANDON): it keeps its place, until its Workflow is closed', async () => {
    await withGate({}, async ({ call, start, began, waiting, open }) => {
      const holder = await call(1, patient);
      await began(1);
      const leaving = await start('cancelling', ...cancelled('ABANDON'));
      const others = await call(1, patient);
      await waiting(2);
      await leaving.signal('cancel');
      await others[0]!.cancel();
      await waiting(1); // the other one is told by then
      expect((await pendingOf(leaving))?.attempt).toBe(1);
      await leaving.signal('finish');
      await waiting(0);
      open();
      expect(await endsOf(holder)).toEqual(['value of 0']);
    });
  });

  test.each(['TRY_CANCEL', 'WAIT_CANCELLATION_COMPLETED'])(
    'while it has its turn (%s): the next one runs, and the third takes its value',
    async (type) => {
      await withGate({}, async ({ call, start, began, waiting }) => {
        const holder = await start('cancelling', ...cancelled(type));
        await began(1);
        const others = await call(2, patient);
        await waiting(2);
        await holder.signal('cancel');
        expect(await endsOf(others)).toEqual(Array(2).fill('value of 1'));
        expect(await statusesOf(others)).toEqual({ stored: 1, joined: 1 });
        await holder.signal('finish');
        expect(await holder.result()).toBe('cancelled');
      });
    },
  );

  test('while it has its turn (ABANDON): it runs on, and the others take its value', async () => {
    await withGate({}, async ({ call, start, began, waiting, open }) => {
      const holder = await start('cancelling', ...cancelled('ABANDON'));
      await began(1);
      const others = await call(2, patient);
      await waiting(2);
      await holder.signal('cancel');
      await until(() => holder.query<boolean>('ended')); // else its value may come before its cancellation
      open();
      expect(await endsOf(others)).toEqual(Array(2).fill('value of 0'));
      expect(await statusesOf(others)).toEqual({ joined: 2 });
      await holder.signal('finish');
      expect(await holder.result()).toBe('cancelled');
    });
  });
});

test('it waits for longer than its heartbeat timeout, with the one attempt that it has', async () => {
  await withGate({}, async ({ call, began, waiting, open }) => {
    const holder = await call(1);
    await began(1);
    const [waiter] = await call(1, { heartbeatTimeout: '3 seconds' });
    await waiting(1);
    await until(async () => {
      const { lastHeartbeatTime, lastStartedTime } = (await pendingOf(waiter!)) ?? {};
      return Number(lastHeartbeatTime?.seconds ?? 0) - Number(lastStartedTime?.seconds) > 4;
    });
    open();
    expect(await endsOf([...holder, waiter!])).toEqual(Array(2).fill('value of 0'));
    expect(await statusesOf([waiter!])).toEqual({ joined: 1 });
  });
});

test('also as long as nobody can say whether there are reservations, it keeps its one attempt', async () => {
  const store = new FaultyStore(new MemoryStore()).fail(() => new Promise(() => {}), 'claim');
  await withSerialized(
    async () => 'value',
    { plugin: { store } },
    async ({ call }) => {
      const handles = await call(1, { heartbeatTimeout: '3 seconds' });
      expect(await endsOf(handles)).toEqual(['value']);
      expect(await statusesOf(handles)).toEqual({ 'stored unserialized': 1 });
    },
  );
});

/** Remembers what the attempts before had reported, as each attempt of a Workflow's Activity finds it. */
const detailsSeen = (workflowId: string) => {
  const seen: unknown[] = [];
  const interceptor = ({ info }: Context) => ({
    inbound: {
      execute: (input: ActivityExecuteInput, next: (input: ActivityExecuteInput) => Promise<unknown>) => {
        if (info.workflowExecution?.workflowId === workflowId) seen.push(info.heartbeatDetails);
        return next(input);
      },
    },
  });
  return { seen, interceptors: { activity: [interceptor] } };
};

test('what its attempt before had reported is still there after an attempt that only waited', async () => {
  const workflowId = `sequence-${randomUUID()}`;
  const { seen, interceptors } = detailsSeen(workflowId);
  /** The first attempt of that Workflow's call reports, and fails when another one waits. */
  const reporting = (gated: Body) => async (call: BodyCall) => {
    const { info, heartbeat } = Context.current();
    const first = info.workflowExecution?.workflowId === workflowId && info.attempt === 1;
    if (!first) return gated({ ...call, index: call.index - 1 });
    heartbeat({ step: 3 });
    await call.inLine(1);
    throw new Error('failed');
  };
  const test: Parameters<typeof withGate>[1] = async ({ client, taskQueue, call, began, waiting, open }) => {
    const options = { ...patient, startToCloseTimeout: '5 seconds', retry: { initialInterval: 10 } };
    const args = [[{ type: 'f', args: [7], options }]];
    const reporter = await client.workflow.start('sequence', { taskQueue, workflowId, args });
    await began(1);
    const holder = await call(1, patient);
    await until(() => seen.length === 3); // the second attempt only waited
    await waiting(1);
    open();
    expect(await endsOf([...holder, reporter])).toEqual(Array(2).fill('value of 0'));
    expect(seen).toEqual([undefined, { step: 3 }, { step: 3 }]);
  };
  await withGate({ worker: { interceptors } }, test, reporting);
});

test('its own timeout ends its waiting: its retry policy brings it back in line, and it takes the value', async () => {
  await withGate({}, async ({ call, began, waiting, open }) => {
    const holder = await call(1, patient);
    await began(1);
    const [waiter] = await call(1, {
      startToCloseTimeout: '1 second',
      retry: { initialInterval: 10, backoffCoefficient: 1 },
    });
    await until(async () => ((await pendingOf(waiter!))?.attempt ?? 0) >= 3);
    await waiting(1);
    open();
    expect(await endsOf([...holder, waiter!])).toEqual(Array(2).fill('value of 0'));
  });
});

test('on a Worker that shuts down while it waits it ends at once, and is retried on another one, where it takes the value', async () => {
  const plugin = { store: newStore() };
  const elsewhere = { plugin, worker: { taskQueue: `test-${randomUUID()}` } };
  const { taskQueue } = elsewhere.worker;
  await withGate({ plugin }, async ({ body, call, began, waiting, open }) => {
    const holder = await call(1, patient);
    await began(1);
    const waiters = await withSerialized(body, elsewhere, async () => {
      const started = await call(2, { ...patient, taskQueue, retry: { maximumAttempts: 5 } });
      await waiting(2);
      return started;
    });
    await waiting(0);
    await withSerialized(body, elsewhere, async () => {
      await waiting(2);
      open();
      expect(await endsOf([...holder, ...waiters])).toEqual(Array(3).fill('value of 0'));
    });
    expect(await statusesOf(waiters)).toEqual({ joined: 2 });
  });
});
