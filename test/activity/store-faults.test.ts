/** Whatever the store does, the Activity's answer is right, and what is told of the call is true. */
import { cached, CacheStoreError, MemoryStore } from 'temporal-activity-cache';
import {
  answersAfter,
  type Fault,
  FaultyStore,
  finds,
  hangs,
  losesTheAnswer,
  pretends,
  rejects,
  rejectsWithText,
  RUBBISH,
  throwsAtOnce,
  answers,
} from '../helpers/faulty-store';
import { MockWorker } from '../helpers/mock';

function newWorker(options = {}) {
  const clock = { now: 1_000 };
  const store = new FaultyStore(new MemoryStore(() => clock.now));
  const state = { runs: 0 };
  const f = cached('auto', async (x: number) => {
    state.runs++;
    return { x, text: 'the answer' };
  });
  const worker = new MockWorker({ f }, { store, storeTimeout: 30, ...options });
  return { worker, store, state, clock };
}

const answer = { x: 1, text: 'the answer' };
const FAILURES: [string, Fault][] = [
  ['throws at once', throwsAtOnce],
  ['rejects', rejects],
  ['rejects with a text', rejectsWithText],
  ['hangs', hangs],
  ['answers too late', answersAfter(200)],
  ['loses its answer', losesTheAnswer],
];

describe.each(FAILURES)('a store that %s', (_name, fault) => {
  test('at look: the call runs, its result is not stored, the next call after it heals is', async () => {
    const { worker, store, state } = newWorker();
    store.fail(fault, 'look');
    expect(await worker.call('f', 1)).toEqual(answer);
    expect(worker.statuses).toEqual(['unstored lookup-failed store-error']);
    store.heal();
    expect([await worker.call('f', 1), await worker.call('f', 1)]).toEqual([answer, answer]);
    expect(worker.statuses.slice(1)).toEqual(['stored new', 'hit']);
    expect(state.runs).toBe(2);
  });

  test('at put: the answer is returned, unstored', async () => {
    const { worker, store } = newWorker();
    store.fail(fault, 'put');
    expect(await worker.call('f', 1)).toEqual(answer);
    expect(worker.statuses).toEqual(['unstored new store-error']);
  });

  test('at draw: an entry that no longer counts is not answered with, and the run is unstored', async () => {
    const { worker, store, clock, state } = newWorker({ activities: { f: { ttl: 10 } } });
    await worker.call('f', 1);
    clock.now += 10;
    store.fail(fault, 'draw');
    expect(await worker.call('f', 1)).toEqual(answer);
    expect(worker.statuses).toEqual(['stored new', 'unstored expired store-error']);
    expect(state.runs).toBe(2);
  });
});

describe.each(['look', 'put'] as const)('a store that answers %s with rubbish', (operation) => {
  test.each(RUBBISH[operation].map((rubbish, i) => [i, rubbish] as const))(
    'number %i',
    async (_i, rubbish) => {
      const { worker, store } = newWorker();
      store.fail(answers(rubbish), operation);
      expect(await worker.call('f', 1)).toEqual(answer);
      expect(worker.told[0]!.status).toBe('unstored');
    },
  );
});

describe('a store that lies', () => {
  const lies: [string, Parameters<typeof finds>[0]][] = [
    ['bytes of another entry', () => ({ data: Buffer.from('{"x":666}') })],
    ['no bytes', () => ({ data: undefined })],
    ['fewer bytes', ({ data }) => ({ data: data!.subarray(1) })],
    ['a changed header', ({ header }) => ({ header: header.replace('"durationMs"', '"durationms"') })],
    ['no header', () => ({ header: '' })],
    ['a header that is no text', () => ({ header: 7 as never })],
    ['another ticket', ({ ticket }) => ({ ticket: ticket + 1 })],
    ['another start', ({ startedAt }) => ({ startedAt: startedAt + 1_000_000 })],
    ['data of another type', () => ({ data: 'text' as never })],
  ];
  test.each(lies)(
    '%s: the entry is damaged, the call runs, its result replaces it',
    async (_name, change) => {
      const { worker, store, state } = newWorker();
      await worker.call('f', 1);
      store.fail(finds(change), 'look');
      expect(await worker.call('f', 1)).toEqual(answer);
      expect(worker.statuses).toEqual(['stored new', 'stored damaged']);
      expect(state.runs).toBe(2);
      store.heal();
      expect(await worker.call('f', 1)).toEqual(answer);
      expect(worker.statuses.at(-1)).toBe('hit');
    },
  );

  test('the whole entry of another call: never its value', async () => {
    const { worker, store } = newWorker();
    await worker.call('f', 2);
    const other = await otherEntry(store);
    await worker.call('f', 1);
    store.fail(answers(other), 'look');
    expect(await worker.call('f', 1)).toEqual(answer);
    expect(worker.statuses.at(-1)).toBe('stored damaged');
  });

  test('that it stored: the next call finds nothing, and runs', async () => {
    const { worker, store, state } = newWorker();
    store.fail(pretends, 'put');
    await worker.call('f', 1);
    await worker.call('f', 1);
    expect(state.runs).toBe(2);
  });

  async function otherEntry(store: FaultyStore): Promise<unknown> {
    let seen: unknown;
    store.fail(async (real) => (seen = await real()), 'look');
    const { worker } = {
      worker: new MockWorker({ f: cached('auto', async (x: number) => ({ x })) }, { store }),
    };
    await worker.call('f', 9);
    await worker.call('f', 9);
    store.heal();
    return seen;
  }
});

describe("onStoreError: 'fail'", () => {
  test('fails the attempt before the body runs, by an error that can be retried', async () => {
    const { worker, store, state } = newWorker({ onStoreError: 'fail' });
    store.fail(rejects, 'look');
    const error = await worker.call('f', 1).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CacheStoreError);
    expect(error).toMatchObject({ name: 'CacheStoreError', code: 'ACTIVITY_CACHE_STORE' });
    expect((error as { nonRetryable?: boolean }).nonRetryable).not.toBe(true);
    expect(state.runs).toBe(0);
    store.heal();
    expect(await worker.call('f', 1)).toEqual(answer);
  });

  test('never throws a computed answer away', async () => {
    const { worker, store } = newWorker({ onStoreError: 'fail' });
    store.fail(rejects, 'put');
    expect(await worker.call('f', 1)).toEqual(answer);
  });
});

test('a dead store is asked three times, then left alone; it is warned of once', async () => {
  const { worker, store } = newWorker();
  store.fail(rejects, 'look', 'draw', 'put');
  for (let i = 0; i < 20; i++) expect(await worker.call('f', i)).toEqual({ ...answer, x: i });
  expect(store.calls).toMatchObject({ look: 3, draw: 0, put: 0 });
  expect(worker.warnings).toHaveLength(1);
});
