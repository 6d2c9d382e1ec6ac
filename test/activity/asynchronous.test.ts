/** Functions of the user's that answer with a promise. */
import { cached, type CacheOptions } from 'temporal-activity-cache';
import { MockWorker } from '../helpers/mock';

const newWorker = (options: CacheOptions) =>
  new MockWorker({ f: cached({ behavior: 'auto', ...options }, async (x: number) => x) });

test('key may be asynchronous: what it resolves to is the key', async () => {
  const worker = newWorker({ key: async ({ args }) => args[0] % 2 });
  for (const x of [1, 3, 2]) await worker.call('f', x);
  expect(worker.statuses).toEqual(['stored new', 'hit', 'stored new']);
});

test('cacheIf may be asynchronous: what it resolves to decides', async () => {
  const worker = newWorker({ cacheIf: async (result: number) => result > 1 });
  for (const x of [1, 1, 2, 2]) await worker.call('f', x);
  expect(worker.statuses).toEqual(['unstored new cache-if', 'unstored new cache-if', 'stored new', 'hit']);
});

test.each<[string, CacheOptions, string]>([
  ['key', { key: () => Promise.reject(new Error('no')) }, 'bypassed policy-error'],
  [
    'hashInputs',
    { hashInputs: { x: (() => Promise.reject(new Error('no'))) as never } },
    'bypassed policy-error',
  ],
  ['cacheIf', { cacheIf: () => Promise.reject(new Error('no')) }, 'unstored new cache-if'],
])(
  '%s that rejects is as one that throws, and no rejection is left unhandled',
  async (_name, options, status) => {
    const worker = newWorker(options);
    expect(await worker.call('f', 1)).toBe(1);
    expect(worker.statuses).toEqual([status]);
    await new Promise(setImmediate); // an unhandled rejection would fail this test
  },
);
