import { stat } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { CacheStoreError, MemoryStore } from 'temporal-activity-cache';
import type { NewEntry, Subject } from 'temporal-activity-cache/store';
import { GuardedStore, type StoreOperation } from '../../src/store/guard';
import * as faulty from '../helpers/faulty-store';
import { type Fault, FaultyStore } from '../helpers/faulty-store';

const TIMEOUT_MS = 50;
const subject: Subject = {
  key: 'a'.repeat(64),
  scope: 'scope',
  namespace: 'namespace',
  activityType: 'activity',
  version: '1',
};
const entry: NewEntry = {
  ...subject,
  tags: [],
  ticket: 1,
  startedAt: 0,
  durationMs: 1,
  header: 'header',
  data: new Uint8Array(3),
};

/** What a call waits for. */
type AwaitedByCalls = 'look' | 'draw' | 'put';

/** The time that breakers go by is moved by hand; time limits run as they do. */
let now: number;
beforeEach(() => {
  now = 0;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

function guarded(timeoutMs = TIMEOUT_MS) {
  const store = new FaultyStore(new MemoryStore());
  const told: [StoreOperation, CacheStoreError][] = [];
  const guard = new GuardedStore(store, timeoutMs, (...args) => told.push(args));
  const operations: Record<AwaitedByCalls, () => Promise<unknown>> = {
    look: () => guard.look(subject, guard.deadline()),
    draw: () => guard.draw(guard.deadline()),
    put: () => guard.put(entry),
  };
  return { store, guard, told, ...operations, operations };
}

const errorOf = (answer: Promise<unknown>): Promise<unknown> =>
  answer.then(
    (value) => ({ answered: value }),
    (error: unknown) => error,
  );

/** The kinds of errors, in short: `faulty` for what the store did, `resting` for calls that it never saw. */
const kindOf = (error: unknown): string => {
  if (!(error instanceof CacheStoreError)) return 'answered';
  return /circuit breaker is open/.test(error.message) ? 'resting' : 'faulty';
};
const kinds = async (operation: () => Promise<unknown>, times: number): Promise<string[]> => {
  const seen: string[] = [];
  for (let i = 0; i < times; i++) seen.push(kindOf(await errorOf(operation())));
  return seen;
};

const EACH: AwaitedByCalls[] = ['look', 'draw', 'put'];

describe.each(EACH)('at %s', (operation) => {
  const faults: Record<string, Fault> = {
    'throws at once': faulty.throwsAtOnce,
    rejects: faulty.rejects,
    'rejects with a text': faulty.rejectsWithText,
    hangs: faulty.hangs,
    'answers too late': faulty.answersAfter(3 * TIMEOUT_MS),
    'loses the answer': faulty.losesTheAnswer,
  };

  test.each(Object.entries(faults))(
    'a store that %s is a CacheStoreError in time, told once',
    async (_name, fault) => {
      const { store, told, operations } = guarded();
      store.fail(fault, operation);
      const error = (await errorOf(operations[operation]())) as CacheStoreError;
      expect(error).toBeInstanceOf(CacheStoreError);
      expect(error.message).toContain(`Store ${operation} failed [store=faulty memory:]`);
      expect(error.cause).toBeDefined();
      expect(told).toEqual([[operation, error]]);
    },
  );

  test('what a store says after its time is up is dropped, be it an answer or an error', async () => {
    for (const end of ['resolve', 'reject'] as const) {
      const { store, told, operations } = guarded();
      const late = deferred();
      store.fail(() => late.promise, operation);
      expect(kindOf(await errorOf(operations[operation]()))).toBe('faulty');
      late[end](new Error('late'));
      await turn(); // the test runner fails a test that leaves an unhandled rejection
      expect(told).toHaveLength(1);
    }
  });

  test('rubbish is a CacheStoreError', async () => {
    for (const rubbish of faulty.RUBBISH[operation]) {
      const { store, operations } = guarded();
      store.fail(faulty.answers(rubbish), operation);
      expect(kindOf(await errorOf(operations[operation]()))).toBe('faulty');
      store.fail(() => rubbish, operation); // not even in a promise
      expect(kindOf(await errorOf(operations[operation]()))).toBe('faulty');
    }
  });

  test('a good answer is passed on as it is, and nothing is told', async () => {
    const { store, told, operations } = guarded();
    store.fail(faulty.answersAfter(1), operation);
    if (operation === 'put') await store.draw(); // the ticket of the entry
    const good = { look: { why: 'new', ticket: 1, now: 0 }, draw: { ticket: 1, now: 0 }, put: 'stored' };
    expect(await operations[operation]()).toEqual(good[operation]);
    expect(told).toEqual([]);
  });

  test('three failures in a row, and the store is left alone for 8 s', async () => {
    const { store, told, operations } = guarded();
    store.fail(faulty.rejects, operation);
    expect(await kinds(operations[operation], 5)).toEqual([
      'faulty',
      'faulty',
      'faulty',
      'resting',
      'resting',
    ]);
    now = 7_999;
    expect(await kinds(operations[operation], 1)).toEqual(['resting']);
    expect(store.calls[operation]).toBe(3);
    expect(told).toHaveLength(6);
  });

  test('two failures and a success leave it open', async () => {
    const { store, operations } = guarded();
    for (let round = 0; round < 3; round++) {
      store.fail(faulty.rejects, operation);
      await kinds(operations[operation], 2);
      store.heal();
      expect(await kinds(operations[operation], 1)).toEqual(['answered']);
    }
    expect(store.calls[operation]).toBe(9);
  });

  test('after 8 s one call tries: when it succeeds all go on, when it fails all rest for 8 s more', async () => {
    const { store, operations } = guarded();
    store.fail(faulty.rejects, operation);
    await kinds(operations[operation], 3);

    now = 8_000;
    expect(await kinds(operations[operation], 2)).toEqual(['faulty', 'resting']);
    now = 15_999;
    expect(await kinds(operations[operation], 1)).toEqual(['resting']);
    expect(store.calls[operation]).toBe(4);

    store.heal();
    now = 16_000;
    expect(await kinds(operations[operation], 3)).toEqual(['answered', 'answered', 'answered']);
    expect(store.calls[operation]).toBe(7);
  });

  test('while one call tries a store that hangs, the others do not wait with it', async () => {
    const { store, operations } = guarded();
    store.fail(faulty.rejects, operation);
    await kinds(operations[operation], 3);
    store.fail(faulty.hangs, operation);
    now = 8_000;
    const order: string[] = [];
    const probe = errorOf(operations[operation]()).then((error) => order.push(`probe ${kindOf(error)}`));
    const others = [1, 2, 3].map(async () => order.push(kindOf(await errorOf(operations[operation]()))));
    await Promise.all([probe, ...others]);
    expect(order).toEqual(['resting', 'resting', 'resting', 'probe faulty']);
    expect(store.calls[operation]).toBe(4);
  });
});

test('many calls at once to a store that hangs all end in time, and the next is not tried', async () => {
  const { store, look } = guarded();
  store.fail(faulty.hangs, 'look');
  const errors = await Promise.all(Array.from({ length: 50 }, () => errorOf(look())));
  expect(new Set(errors.map(kindOf))).toEqual(new Set(['faulty']));
  expect(await kinds(look, 1)).toEqual(['resting']);
});

test('a store that fails at writing is still read, and one that fails at reading is still written', async () => {
  const { store, look, draw, put } = guarded();
  store.fail(faulty.rejects, 'put');
  expect(await kinds(put, 4)).toEqual(['faulty', 'faulty', 'faulty', 'resting']);
  expect([await kinds(look, 1), await kinds(draw, 1)]).toEqual([['answered'], ['answered']]);

  const other = guarded();
  other.store.fail(faulty.rejects, 'look');
  expect(await kinds(other.look, 3)).toEqual(['faulty', 'faulty', 'faulty']);
  expect(await kinds(other.draw, 1)).toEqual(['resting']); // a look-up and its draw are one reading
  expect(await kinds(other.put, 1)).toEqual(['answered']);
});

test('operations that share a deadline share the time: what the first leaves is all the second has', async () => {
  const { store, guard } = guarded(3_600_000); // the hour that the second would have by itself
  store.fail(faulty.hangs, 'draw');
  const deadline = performance.now() + 100;
  await guard.look(subject, deadline);
  expect(kindOf(await errorOf(guard.draw(deadline)))).toBe('faulty');
});

test('an answer that arrived while the event loop was blocked past the time limit still counts', async () => {
  const { store, told, operations } = guarded();
  for (const operation of EACH) {
    // One answer of the operating system, which comes by way of the event loop.
    store.fail(async (real) => stat(__filename).then(real), operation);
    const answer = errorOf(operations[operation]());
    await turn(); // under way
    block(3 * TIMEOUT_MS);
    expect(kindOf(await answer)).toBe('answered');
  }
  expect(told).toEqual([]);
});

test('a time limit beyond what a timer can hold is no time limit, rather than none at all', async () => {
  const { store, operations } = guarded(2 ** 40);
  for (const operation of EACH) {
    store.fail(faulty.answersAfter(20), operation);
    expect(kindOf(await errorOf(operations[operation]()))).toBe('answered');
  }
});

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

function deferred() {
  let [resolve, reject] = [(_answer: unknown): void => {}, (_error: Error): void => {}];
  const promise = new Promise((...ends) => ([resolve, reject] = ends));
  return { promise, resolve, reject };
}

test('what nobody waits for never rejects, is told of, and keeps no result from being stored', async () => {
  const { store, guard, told, put } = guarded();
  store.fail(faulty.rejects, 'touch', 'note');
  for (let i = 0; i < 4; i++) await guard.note('name', 'text');
  guard.used('a'.repeat(64));
  await guard.flush();
  expect(told.map(([operation]) => operation)).toEqual(['note', 'note', 'note', 'note', 'touch']);
  expect(store.calls).toMatchObject({ note: 3, touch: 0 }); // then they rest
  expect(await kinds(put, 1)).toEqual(['answered']);
});

test('a hit is told to the store by the next flush, once an hour', async () => {
  const { store, guard } = guarded();
  guard.used('a');
  guard.used('b');
  guard.used('a');
  expect(store.calls.touch).toBe(0);
  await guard.flush();
  guard.used('a');
  await guard.flush();
  expect(store.calls.touch).toBe(1);
});
