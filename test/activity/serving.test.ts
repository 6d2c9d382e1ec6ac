import { CompleteAsyncError, Context } from '@temporalio/activity';
import { RawValue } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { cached, cachedAll, cacheContext, MemoryStore } from 'temporal-activity-cache';
import { MockWorker } from '../helpers/mock';

/** An Activity that counts its runs. */
function counted<R>(answer: (...args: any[]) => R) {
  const state = { runs: 0 };
  const fn = async (...args: any[]) => {
    state.runs++;
    return answer(...args);
  };
  return { state, fn };
}

test('the same call runs once, another call runs by itself', async () => {
  const { state, fn } = counted((x: number) => x * 2);
  const worker = new MockWorker({ double: cached('auto', fn) });
  expect([
    await worker.call('double', 2),
    await worker.call('double', 2),
    await worker.call('double', 3),
  ]).toEqual([4, 4, 6]);
  expect(state.runs).toBe(2);
  expect(worker.statuses).toEqual(['stored new', 'hit', 'stored new']);
});

test.each([
  ['undefined', undefined],
  ['null', null],
  ['zero', 0],
  ['an empty text', ''],
  ['false', false],
  ['bytes', new Uint8Array([0, 1, 255])],
  ['no bytes', new Uint8Array(0)],
  ['nested data', { a: [1, { b: null }], c: 'ü' }],
])('a hit answers exactly what was stored: %s', async (_name, value) => {
  const { state, fn } = counted(() => value);
  const worker = new MockWorker({ make: cached('auto', fn) });
  const [first, second] = [await worker.call('make'), await worker.call('make')];
  expect(first).toEqual(value);
  expect(second instanceof Uint8Array ? Uint8Array.from(second) : second).toEqual(value);
  expect(state.runs).toBe(1);
});

test('a RawValue comes back as a RawValue with the same payload', async () => {
  const payload = { metadata: { encoding: Buffer.from('my/own') }, data: Buffer.from('opaque') };
  const { state, fn } = counted(() => RawValue.fromPayload(payload));
  const worker = new MockWorker({ make: cached('auto', fn) });
  for (const value of [await worker.call('make'), await worker.call('make')]) {
    expect(value).toBeInstanceOf(RawValue);
    expect(Buffer.from(value.payload.data).toString()).toBe('opaque');
    expect(Buffer.from(value.payload.metadata.encoding).toString()).toBe('my/own');
  }
  expect(state.runs).toBe(1);
});

test('an Activity without policy is not touched: no look-up, no word of it', async () => {
  const { state, fn } = counted((x: number) => x);
  const worker = new MockWorker({ plain: fn });
  await worker.call('plain', 1);
  await worker.call('plain', 1);
  expect(state.runs).toBe(2);
  expect(worker.told).toEqual([]);
});

test('a declared disable runs each time and says so', async () => {
  const { state, fn } = counted((x: number) => x);
  const worker = new MockWorker({ report: cached('disable', fn) });
  await worker.call('report', 1);
  await worker.call('report', 1);
  expect(state.runs).toBe(2);
  expect(worker.statuses).toEqual(['bypassed disabled', 'bypassed disabled']);
});

test.each([
  ['the option', { enabled: false }, undefined],
  ['ACTIVITY_CACHE=off, which wins over the option', { enabled: true }, 'off'],
])('%s switches the cache off without touching the store', async (_name, options, environment) => {
  const before = process.env.ACTIVITY_CACHE;
  if (environment !== undefined) process.env.ACTIVITY_CACHE = environment;
  try {
    const { state, fn } = counted((x: number) => x);
    const untouchable = () => Promise.reject(new Error('the store was touched'));
    const real = new MemoryStore();
    const store = new Proxy(real, { get: (_, name) => (name === 'name' ? 'untouchable' : untouchable) });
    const worker = new MockWorker({ f: cached('auto', fn) }, { ...options, store });
    await worker.call('f', 1);
    await worker.call('f', 1);
    expect(state.runs).toBe(2);
    expect(worker.statuses).toEqual(['bypassed off', 'bypassed off']);
    expect(worker.warnings).toEqual([]);
  } finally {
    if (before === undefined) delete process.env.ACTIVITY_CACHE;
    else process.env.ACTIVITY_CACHE = before;
  }
});

test('a failure is passed on unchanged and not stored; the next attempt runs', async () => {
  const failure = new Error('no luck');
  const { state, fn } = counted((x: number) => {
    if (state.runs === 1) throw failure;
    return x;
  });
  const worker = new MockWorker({ f: cached('auto', fn) });
  await expect(worker.call('f', 1)).rejects.toBe(failure);
  expect(await worker.call('f', 1)).toBe(1);
  expect(await worker.call('f', 1)).toBe(1);
  expect(state.runs).toBe(2);
});

test('what a cancelled attempt returns is passed on, and not stored', async () => {
  const { state, fn } = counted(() => 'partial');
  const worker = new MockWorker({ f: cached('auto', fn) });
  const cancelled = (env: { cancel(): void }) => env.cancel();
  expect(await worker.callWith({ onContext: cancelled }, 'f')).toBe('partial');
  expect(worker.told.at(-1)).toMatchObject({
    status: 'unstored',
    reason: 'skipped',
    detail: 'the attempt was cancelled',
  });
  await worker.call('f');
  expect(state.runs).toBe(2);
});

test('a hit does not hide a cancellation that came while it was looked up', async () => {
  const worker = new MockWorker({ f: cached('auto', async () => 1) });
  await worker.call('f');
  await expect(worker.callWith({ onContext: (env) => env.cancel() }, 'f')).rejects.toThrow('CANCELLED');
});

test('an Activity that completes asynchronously is left to do so, and counted as bypassed', async () => {
  const { state, fn } = counted(() => {
    throw new CompleteAsyncError();
  });
  const worker = new MockWorker({ f: cached('auto', fn) });
  await expect(worker.call('f')).rejects.toBeInstanceOf(CompleteAsyncError);
  await expect(worker.call('f')).rejects.toBeInstanceOf(CompleteAsyncError);
  expect(state.runs).toBe(2);
  expect(worker.statuses).toEqual(['bypassed async', 'bypassed async']);
});

test('arguments that the body changes in place do not change the key', async () => {
  const { state, fn } = counted((list: number[]) => list.push(9));
  const worker = new MockWorker({ push: cached('auto', fn) });
  expect(await worker.call('push', [1])).toBe(2);
  expect(await worker.call('push', [1])).toBe(2);
  expect(state.runs).toBe(1);
});

test('Activities made as closures share entries where their code and inputs are the same', async () => {
  const make = (database: { reads: number }) =>
    cachedAll('auto', { read: async (id: number) => ({ id, reads: ++database.reads }) });
  const database = { reads: 0 };
  const worker = new MockWorker({ ...make(database) });
  expect(await worker.call('read', 1)).toEqual({ id: 1, reads: 1 });
  expect(await worker.call('read', 1)).toEqual({ id: 1, reads: 1 });
  expect(database.reads).toBe(1);
});

test('the default Activity serves any type, each with keys of its own', async () => {
  const fn = async (...args: unknown[]) => [Context.current().info.activityType, ...args];
  const worker = new MockWorker({ default: cached('auto', fn) });
  expect(await worker.call('anything', 1)).toEqual(['anything', 1]);
  expect(await worker.call('else', 1)).toEqual(['else', 1]);
  expect(await worker.call('anything', 1)).toEqual(['anything', 1]);
  expect(worker.statuses).toEqual(['stored new', 'stored new', 'hit']);
});

test('interceptors of the user see plain values, on a run as on a hit, and may change them', async () => {
  const seen: unknown[] = [];
  const factory: ActivityInterceptorsFactory = () => ({
    inbound: {
      async execute(input, next) {
        const value = await next(input);
        seen.push(value);
        return { ...(value as object), traced: true };
      },
    },
  });
  const worker = new MockWorker(
    { f: cached('auto', async (x: number) => ({ x })) },
    {},
    { interceptors: [factory] },
  );
  expect(await worker.call('f', 1)).toEqual({ x: 1, traced: true });
  expect(await worker.call('f', 1)).toEqual({ x: 1, traced: true });
  expect(seen).toEqual([{ x: 1 }, { x: 1 }]);
  expect(worker.statuses).toEqual(['stored new', 'hit']);
});

test('called directly, in a unit test, a cached Activity is the plain function without cache context', async () => {
  const f = cached('auto', async (x: number) => [x, cacheContext()]);
  expect(await f(1)).toEqual([1, undefined]);
});
