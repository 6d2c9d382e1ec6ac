/** What a call gets of reservations: a turn, a word, or an end to its waiting; and that no turn is left with nobody to take it. */
import { Lease } from '../../../src/reservation/caller/lease';
import type { Caller } from '../../../src/wire/reservation';
import { Reservations, type WaitLimits } from '../../../src/reservation/caller/reservations';
import { deferred } from '../../helpers/deferred';
import { callerNamed, FakeReservations, reserved } from '../../helpers/fake-reservations';

jest.mock('node:timers/promises', () => jest.requireActual('../../helpers/timers-promises'));
beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const refuse = () => {
  throw new Error('refused');
};

function setUp(renews = true) {
  const fake = new FakeReservations();
  const errors: unknown[] = [];
  const words: string[] = [];
  const lease = new Lease(
    renews ? { say: (word) => words.push(word), renew: () => {}, everyMs: 1_000 } : undefined,
  );
  lease.threadBegan();
  const options = { identity: 'store', leaseMs: 1_000, taskQueue: undefined };
  const reservations = new Reservations(undefined as never, { lease } as never, options, (error) =>
    errors.push(error),
  );
  Object.assign(reservations, { calls: fake });
  const acquire = (id: string | Caller, limits: Partial<WaitLimits> = {}) =>
    reservations.acquire(reserved, typeof id === 'string' ? callerNamed(id) : id, {
      signal: new AbortController().signal,
      waitMs: Infinity,
      behind: () => {},
      ...limits,
    });
  const turnOf = async (id: string) => {
    const turn = await acquire(id);
    if (typeof turn !== 'object') throw new Error(`no turn: ${turn}`);
    return turn;
  };
  return { fake, errors, words, lease, reservations, acquire, turnOf };
}

/** What came of a promise so far. */
function followed<T>(promise: Promise<T>): { value?: T; error?: unknown } {
  const end: { value?: T; error?: unknown } = {};
  promise.then(
    (value) => (end.value = value),
    (error: unknown) => (end.error = error),
  );
  return end;
}

async function microtasks(n: number): Promise<void> {
  for (let i = 0; i < n; i++) await Promise.resolve();
}

test('a turn lasts until its holder says how it ended, and so does the sign of life', async () => {
  const { fake, turnOf, words, errors } = setUp();
  const turn = await turnOf('a');
  expect([fake.holding, words]).toEqual([['a#1'], ['hold']]);
  await turn.end('failed');
  expect([fake.holding, words, errors]).toEqual([[], ['hold', 'rest'], []]);
  expect(fake.asked('settle')).toEqual(['settle a#1 failed']);
});

test('the sign of life outlasts the word that the turn has ended', async () => {
  const { fake, turnOf, words } = setUp();
  const turn = await turnOf('a');
  const settled = deferred();
  fake.before.settle = () => settled.promise;
  const ended = turn.end('stored');
  await pass(100);
  expect(words).toEqual(['hold']);
  settled.resolve();
  await ended;
  expect(words).toEqual(['hold', 'rest']);
});

test('a word that the turn has ended that is refused is told, and ends the turn here all the same', async () => {
  const { fake, turnOf, words, errors, acquire } = setUp();
  const turn = await turnOf('a');
  fake.before.settle = refuse;
  await turn.end('stored');
  expect([errors.length, words]).toEqual([1, ['hold', 'rest']]);
  fake.lose();
  expect(typeof (await acquire('b'))).toBe('object');
});

test.each([
  [true, /^lease\/.+/],
  [false, /^undefined$/],
])('a caller names the sign of life of its process only where there is one (%p)', async (renews, name) => {
  const { fake, turnOf } = setUp(renews);
  await turnOf('a');
  expect(String(fake.state.holding[0]!.process)).toMatch(name);
});

test('while a caller of this process has the turn no other one tries to start; after it one does', async () => {
  const { fake, turnOf, acquire } = setUp();
  const first = await turnOf('a');
  const second = followed(acquire('b'));
  await pass(100);
  expect([fake.asked('start'), fake.waiting]).toEqual([['start a#1'], ['b#1']]);
  await first.end('stored');
  await pass(0);
  expect(second.value).toBe('look');
  await turnOf('c');
  expect(fake.asked('start')).toEqual(['start a#1', 'start c#1']);
});

test('two turns of one process (a round of several): as long as one of them lasts nobody tries to start', async () => {
  const { fake, turnOf, acquire } = setUp();
  const first = await turnOf('a');
  fake.lose(); // so that another one may begin
  const other = followed(acquire('b'));
  await pass(100);
  await first.end('failed');
  expect(typeof other.value).toBe('object');
  void acquire('c');
  await pass(100);
  expect(fake.asked('start')).toEqual(['start a#1']);
  expect(fake.waiting).toEqual(['c#1']);
});

describe('a call that is cancelled', () => {
  test('before it waits asks for nothing', async () => {
    const { fake, acquire } = setUp();
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(acquire('a', { signal })).rejects.toThrow('cancelled');
    expect(fake.log).toEqual([]);
  });

  test('while it waits throws its cancellation at once, and leaves', async () => {
    const { fake, turnOf, acquire } = setUp();
    await turnOf('other');
    const control = new AbortController();
    const end = followed(acquire('a', { signal: control.signal }));
    await pass(100);
    expect(fake.waiting).toEqual(['a#1']);
    const left = deferred();
    fake.before.leave = () => left.promise;
    control.abort(new Error('cancelled'));
    await pass(0);
    expect(end.error).toEqual(new Error('cancelled'));
    left.resolve();
    await pass(0);
    expect(fake.waiting).toEqual([]);
  });

  test('leaves no listener at its signal', async () => {
    const { acquire } = setUp();
    const { signal } = new AbortController();
    const [add, remove] = [jest.spyOn(signal, 'addEventListener'), jest.spyOn(signal, 'removeEventListener')];
    await acquire('a', { signal });
    expect(add).toHaveBeenCalledTimes(1);
    expect(remove.mock.calls[0]!.slice(0, 2)).toEqual(add.mock.calls[0]!.slice(0, 2));
  });

  // The word of its turn takes some steps to reach it: between any two of them it may be cancelled, or be late.
  const moments = Array.from({ length: 25 }, (_, i) => i);

  test.each(moments)(
    'at the moment of its turn (%i steps after it): the turn is given back',
    async (steps) => {
      const { fake, acquire, words } = setUp();
      const control = new AbortController();
      fake.after.start = () => {
        void microtasks(steps).then(() => control.abort(new Error('cancelled')));
      };
      const end = followed(acquire('a', { signal: control.signal }));
      await microtasks(50);
      await pass(0);
      if (typeof end.value === 'object') {
        expect(fake.holding).toEqual(['a#1']); // it had the turn already
        await end.value.end('released');
      } else expect(end.error).toEqual(new Error('cancelled'));
      await pass(0);
      expect(fake.holding).toEqual([]);
      expect(words.length % 2).toBe(0);
    },
  );

  test.each(moments)(
    'at the moment of its turn it is late (%i steps after it): it has it, or nobody',
    async (steps) => {
      const { fake, acquire } = setUp();
      const late = deferred();
      const timeout = jest.spyOn(globalThis, 'setTimeout').mockImplementationOnce(((run: () => void) => {
        void late.promise.then(run);
      }) as never);
      fake.after.start = () => {
        void microtasks(steps).then(() => late.resolve());
      };
      const end = followed(acquire('a', { waitMs: 1_000 }));
      await microtasks(50);
      timeout.mockRestore();
      await pass(0);
      expect(fake.holding).toEqual(end.value === 'late' ? [] : ['a#1']);
      if (end.value !== 'late') expect(typeof end.value).toBe('object');
    },
  );
});

describe('a call that waits for a limited time', () => {
  test('is late after it, and leaves', async () => {
    const { fake, turnOf, acquire } = setUp();
    await turnOf('other');
    const end = followed(acquire('a', { waitMs: 5_000 }));
    await pass(4_900);
    expect([end.value, fake.waiting]).toEqual([undefined, ['a#1']]);
    await pass(200);
    expect([end.value, fake.waiting]).toEqual(['late', []]);
  });

  test('that is over already does not wait', async () => {
    const { turnOf, acquire } = setUp();
    await turnOf('other');
    const end = followed(acquire('a', { waitMs: -1 }));
    await pass(10);
    expect(end.value).toBe('late');
  });

  test.each([Infinity, 2 ** 31])('of %p ms waits on', async (waitMs) => {
    const { turnOf, acquire } = setUp();
    await turnOf('other');
    const end = followed(acquire('a', { waitMs }));
    await pass(60_000);
    expect(end).toEqual({});
  });

  test('leaves no timer when it has its turn', async () => {
    const { acquire } = setUp();
    await acquire('a', { waitMs: 5_000 });
    await pass(2_000);
    expect(jest.getTimerCount()).toBe(0);
  });
});

test('queues and turns that are over leave nothing behind', async () => {
  const { reservations, turnOf, acquire } = setUp();
  const first = await turnOf('a');
  const control = new AbortController();
  const left = followed(acquire('b', { signal: control.signal }));
  await pass(100);
  control.abort();
  await first.end('stored');
  await pass(2_000);
  expect(left.error).toBeDefined();
  const { activityQueues, holding } = reservations as unknown as Record<string, Map<string, unknown>>;
  expect([activityQueues!.size, holding!.size]).toEqual([0, 0]);
});
