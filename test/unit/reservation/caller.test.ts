/** An Activity that waits: who it says it is, and that it is still there. */
import { callerOf, forgetWait, heartbeatsOf } from '../../../src/reservation/caller/caller';
import { Lease } from '../../../src/reservation/caller/lease';
import { UNLIMITED_MS } from '../../../src/wire/reservation';

const info = {
  workflowExecution: { workflowId: 'w', runId: 'r' },
  activityId: '1',
  attempt: 3,
  isLocal: false,
  startToCloseTimeoutMs: 2_000,
  scheduleToCloseTimeoutMs: 9_000,
};
const of = (more: object) => callerOf({ ...info, ...more } as never, 17);

test('of a Workflow: Workflow, run and Activity name it', () => {
  expect(of({})).toEqual({
    id: 'w/r/1',
    attempt: 3,
    kind: 'slot',
    workflowId: 'w',
    runId: 'r',
    activityId: '1',
    isLocal: false,
    ticket: 17,
    forMs: 2_000,
  });
});

test('standalone: its own run and id name it', () => {
  const standalone = { workflowExecution: undefined, activityRunId: 'own' };
  expect(of(standalone)).toMatchObject({ id: 'own/1', workflowId: undefined, runId: 'own' });
});

test.each([
  [{}, 2_000],
  [{ startToCloseTimeoutMs: undefined }, 9_000],
  [{ startToCloseTimeoutMs: 0 }, 9_000],
  [{ startToCloseTimeoutMs: 0, scheduleToCloseTimeoutMs: 0 }, UNLIMITED_MS],
  [{ startToCloseTimeoutMs: UNLIMITED_MS * 2 }, UNLIMITED_MS],
])('with timeouts of %j it lasts %i ms at most', (timeouts, forMs) => {
  expect(of(timeouts).forMs).toBe(forMs);
});

describe('heartbeats while it waits', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const details = { at: 'row 7' };
  function beating(heartbeatTimeoutMs: number | undefined, left: unknown) {
    const heartbeat = jest.fn();
    const beats = heartbeatsOf({
      info: { heartbeatTimeoutMs, heartbeatDetails: left },
      heartbeat,
    } as never);
    return { heartbeat, beats };
  }

  test.each([
    [3_000, 1_000],
    [undefined, 10_000],
    [0, 10_000],
    [3_600_000, 10_000], // sooner than it asks for: they bring the news that it is cancelled
    [365 * 86_400_000, 10_000],
  ])('with a timeout of %p ms one comes every %i ms', (timeout, every) => {
    const { heartbeat } = beating(timeout, details);
    jest.advanceTimersByTime(every - 1);
    expect(heartbeat).toHaveBeenCalledTimes(0);
    jest.advanceTimersByTime(1 + every * 4);
    expect(heartbeat).toHaveBeenCalledTimes(5);
  });

  test('carry what the attempt before left, and end with the waiting', () => {
    const { heartbeat, beats } = beating(3_000, details);
    jest.advanceTimersByTime(1_000);
    expect(heartbeat.mock.calls).toEqual([[details]]);
    beats.stop();
    jest.advanceTimersByTime(60_000);
    expect(heartbeat).toHaveBeenCalledTimes(1);
  });

  test('where no attempt left details, they say for whom it waits, at once, until it does not', () => {
    const { heartbeat, beats } = beating(3_000, undefined);
    const said = () => heartbeat.mock.calls.splice(0).map(([given]: unknown[]) => given);
    beats.behind('exp/r/7');
    beats.behind('exp/r/7');
    jest.advanceTimersByTime(1_000);
    beats.behind('another/r/1');
    expect(said()).toEqual([
      'cache waits · for exp/r/7',
      'cache waits · for exp/r/7',
      'cache waits · for another/r/1',
    ]);
    beats.stop();
    jest.advanceTimersByTime(5_000);
    expect(said()).toEqual([undefined]);
  });

  test('details that an attempt left stay, also when it waits', () => {
    const { heartbeat, beats } = beating(3_000, details);
    beats.behind('exp/r/7');
    beats.stop();
    expect(heartbeat).not.toHaveBeenCalled();
  });

  test('an attempt after one that was lost while it waited does not see our details as its own', () => {
    const attempts = ['cache waits · for exp/r/7', 'mine', details].map((left) => ({ heartbeatDetails: left })); // prettier-ignore
    attempts.forEach(forgetWait);
    expect(attempts.map(({ heartbeatDetails }) => heartbeatDetails)).toEqual([undefined, 'mine', details]);
  });
});

test('the sign of life is renewed from the first turn of a process to the end of the last one', () => {
  const words: string[] = [];
  const lease = new Lease({ say: (word) => words.push(word), renew: () => {}, everyMs: 1_000 });
  expect([lease.isHeld, lease.note]).toEqual([false, lease.name]);
  lease.begin();
  lease.begin();
  lease.end();
  expect([words, lease.isHeld]).toEqual([['hold'], true]);
  lease.end();
  expect([words, lease.isHeld]).toEqual([['hold', 'rest'], false]);
  expect(new Lease(undefined).name).not.toBe(lease.name);
});

test('where nothing renews it a process names no sign of life', () => {
  const lease = new Lease(undefined);
  lease.begin();
  lease.end();
  expect(lease.note).toBeUndefined();
});

test('until its thread has loaded, and when it has ended, a process renews its sign of life itself', () => {
  jest.useFakeTimers();
  let renewed = 0;
  const lease = new Lease({ say: () => {}, renew: () => renewed++, everyMs: 1_000 });
  lease.begin();
  expect(renewed).toBe(1); // at once: a thread may take longer to load than a lease
  jest.advanceTimersByTime(3_000);
  expect(renewed).toBe(4);
  lease.threadBegan();
  jest.advanceTimersByTime(3_000);
  expect(renewed).toBe(4);
  lease.threadEnded();
  expect(renewed).toBe(5);
  lease.end();
  jest.advanceTimersByTime(3_000);
  expect(renewed).toBe(5);
  lease.threadEnded(); // nothing is held: nothing to say
  expect(renewed).toBe(5);
  jest.useRealTimers();
});
