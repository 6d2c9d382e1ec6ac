/** Whether a holder is alive, by what Temporal and the store say of it. */
import { ActivityNotFoundError, WorkflowNotFoundError } from '@temporalio/client';
import { livenessActivities } from '../../../src/activities/liveness';
import type { Held } from '../../../src/wire/reservation';
import { MemoryStore } from '../../../src/store/memory';
import { FaultyStore, rejects } from '../../helpers/faulty-store';
import { callerNamed } from '../../helpers/fake-reservations';

const LEASE_MS = 5_000;
const held = (of: Partial<Held> = {}): Held => ({
  ...callerNamed('a', 2),
  workflowId: 'w',
  runId: 'r',
  activityId: '1',
  since: 0,
  started: true,
  ...of,
});

const [SCHEDULED, STARTED, CANCEL_REQUESTED, PAUSED, PAUSE_REQUESTED] = [1, 2, 3, 4, 5];
const pending = (state: number, attempt = 2, activityId = '1') => ({ activityId, state, attempt });

function setUp(run: { status?: string; pending?: object[] } | Error, standalone?: object | Error) {
  const asked: unknown[][] = [];
  const answer = (kind: string, of: object | Error | undefined) => ({
    getHandle: (...ids: unknown[]) => {
      asked.push([kind, ...ids]);
      return {
        describe: async () => {
          if (of instanceof Error) throw of;
          return of;
        },
      };
    },
  });
  const { status = 'RUNNING', pending: pendingActivities } = run instanceof Error ? {} : run;
  const description = run instanceof Error ? run : { status: { name: status }, raw: { pendingActivities } };
  const client = { workflow: answer('workflow', description), activity: answer('activity', standalone) };
  const clock = { now: 1_000_000 };
  const store = new FaultyStore(new MemoryStore(() => clock.now));
  const { lifeOf } = livenessActivities(client as never, store);
  const life = (of?: Partial<Held>, forMs = 60_000) => lifeOf(held(of), { forMs, leaseMs: LEASE_MS });
  return { life, asked, store, clock };
}

const running = { pending: [pending(STARTED, 2, 'another'), pending(STARTED)] };

test.each([
  ['started', [pending(STARTED)], false],
  ['asked to end', [pending(CANCEL_REQUESTED)], false],
  ['asked to pause', [pending(PAUSE_REQUESTED)], false],
  ['waiting for its retry', [pending(SCHEDULED)], true],
  ['paused', [pending(PAUSED)], true],
  ['in a later attempt', [pending(STARTED, 3)], true],
  ['in an earlier attempt, after a reset', [pending(STARTED, 1)], true],
  ['over, while another one runs', [pending(STARTED, 2, 'another')], true],
  ['over', [], true],
  ['over, and nothing is pending', undefined, true],
])('an Activity that is %s', async (_, activities, gone) => {
  const { life, asked } = setUp({ pending: activities });
  expect((await life()).gone).toBe(gone);
  expect(asked).toEqual([['workflow', 'w', 'r']]);
});

test.each(['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT', 'CONTINUED_AS_NEW'])(
  'of a run that is %s nothing is alive',
  async (status) => {
    const { life } = setUp({ ...running, status });
    expect([await life(), await life({ isLocal: true }), await life({ started: false }, 0)]).toEqual(
      Array(3).fill({ gone: true }),
    );
  },
);

test('of a run that Temporal does not know any more nothing is alive', async () => {
  const { life } = setUp(new WorkflowNotFoundError('gone', 'w', 'r'));
  expect(await life()).toEqual({ gone: true });
});

test('what Temporal cannot say is no answer', async () => {
  const { life } = setUp(new Error('unavailable'), new Error('unavailable'));
  await expect(life()).rejects.toThrow('unavailable');
  await expect(life({ workflowId: undefined })).rejects.toThrow('unavailable');
});

test('a local Activity is alive as long as its run is: Temporal knows no more of it', async () => {
  const { life } = setUp({});
  expect(await life({ isLocal: true })).toEqual({ gone: false });
});

describe('an Activity that has not started', () => {
  test('keeps its turn for a lease, and not longer', async () => {
    const { life } = setUp({});
    expect(await life({ started: false }, LEASE_MS - 1_000)).toEqual({ gone: false, againInMs: 1_000 });
    expect(await life({ started: false }, LEASE_MS)).toEqual({ gone: false, againInMs: 100 });
    expect((await life({ started: false }, LEASE_MS + 1)).gone).toBe(true);
  });
});

describe('a standalone Activity', () => {
  const standalone = { workflowId: undefined };

  test.each([
    [{ status: 'RUNNING', attempt: 2 }, false],
    [{ status: 'RUNNING', attempt: 3 }, true],
    [{ status: 'COMPLETED', attempt: 2 }, true],
    [{ status: 'CANCELED', attempt: 2 }, true],
    [new ActivityNotFoundError('gone'), true],
  ])('that is %p', async (of, gone) => {
    const { life, asked } = setUp(new Error('no Workflow'), of);
    expect(await life(standalone)).toEqual({ gone });
    expect(asked).toEqual([['activity', '1', 'r']]);
  });
});

describe('the sign of life of its process', () => {
  const process = 'lease/p';

  test('is not asked for where there is none', async () => {
    const { life, store } = setUp(running);
    expect(await life()).toEqual({ gone: false });
    expect(store.calls.notes).toBe(0);
  });

  test('is asked for again when it will be too old', async () => {
    const { life, store, clock } = setUp(running);
    await store.note(process, '1');
    clock.now += 2_000;
    expect(await life({ process })).toEqual({ gone: false, quiet: false, againInMs: 3_000 });
    clock.now += 3_000;
    expect(await life({ process })).toEqual({ gone: false, quiet: false, againInMs: 100 });
    clock.now += 1;
    expect(await life({ process })).toEqual({ gone: false, quiet: true, againInMs: 100 });
  });

  test.each([
    ['never came', async () => {}],
    ['was taken back', async (store: FaultyStore) => store.note(process, undefined)],
    ['is another one’s', async (store: FaultyStore) => store.note('lease/q', '1')],
  ])('that %s is too old as soon as the turn is older than a lease', async (_, make) => {
    const { life, store } = setUp(running);
    await make(store);
    expect((await life({ process }, LEASE_MS)).quiet).toBe(false);
    expect((await life({ process }, LEASE_MS + 1)).quiet).toBe(true);
  });

  test('of a turn before this one says nothing against this one', async () => {
    const { life, store, clock } = setUp(running);
    await store.note(process, '1');
    clock.now += 3_600_000;
    expect(await life({ process }, 1_000)).toEqual({ gone: false, quiet: false, againInMs: 4_000 });
  });

  test('cannot be had: that is no answer', async () => {
    const { life, store } = setUp(running);
    store.fail(rejects, 'notes');
    await expect(life({ process })).rejects.toThrow('on fire');
  });

  test('of an Activity that is gone does not keep it', async () => {
    const { life, store } = setUp({ pending: [] });
    await store.note(process, '1');
    expect(await life({ process })).toEqual({ gone: true });
  });
});
