/** A callback without its `return` is noticed: it never makes one key of all calls, and never stores what it was to keep out. */
import { cached, type CacheOptions } from 'temporal-activity-cache';
import { MockWorker } from '../helpers/mock';

const policy = (getVersion: () => unknown) => ({ name: 'mine', getVersion: getVersion as () => string });

const counting = (options: CacheOptions) => {
  let runs = 0;
  return new MockWorker({ f: cached(options, async (_id: number) => ++runs) });
};

describe('without a key the call runs, bypassed, and its callback is named once', () => {
  test.each<[string, CacheOptions, string]>([
    ['key', { key: ({ args }) => void args[0].id }, "'key' returned undefined"],
    ['key, later', { key: async ({ args }) => void args[0].id }, "'key' returned undefined"],
    ['hashInputs', { hashInputs: { 0: (() => undefined) as never } }, "hashInputs['0'] threw"],
    ['hashInputs, later', { hashInputs: { 0: (async () => 'a') as never } }, "hashInputs['0'] threw"],
    ['tags', { tags: (() => undefined) as never }, 'tags threw'],
    ['tags, later', { tags: (async () => ['a']) as never }, 'tags threw'],
    ['a policy', { policies: policy(() => undefined) }, 'a version policy threw'],
    ['a policy, later', { policies: policy(async () => undefined) }, 'a version policy threw'],
    ['a policy of a number', { policies: policy(() => 5) }, 'a version policy threw'],
  ])('%s', async (_name, options, detail) => {
    const worker = counting(options);
    expect([await worker.call('f', 1), await worker.call('f', 2), await worker.call('f', 1)]).toEqual([
      1, 2, 3,
    ]);
    expect(worker.told.map(({ reason, detail: said }) => [reason, said])).toEqual(
      [1, 2, 3].map(() => ['policy-error', detail]),
    );
    expect(worker.warnings).toHaveLength(1);
    expect(worker.warnings[0]).toContain('function that threw, or returned nothing');
  });
});

test.each<[string, unknown]>([
  ['null', null],
  ['an empty text', ''],
  ['a member that is undefined', { id: undefined }],
])('a key that is said to be %s is a key', async (_name, key) => {
  const worker = counting({ key: () => key });
  expect([await worker.call('f', 1), await worker.call('f', 2)]).toEqual([1, 1]);
});

describe('cacheIf that says nothing stores nothing, and is named once', () => {
  test.each<[string, CacheOptions['cacheIf']]>([
    ['at once', (() => undefined) as never],
    ['later', (async () => undefined) as never],
  ])('%s', async (_name, cacheIf) => {
    const worker = counting({ cacheIf });
    expect([await worker.call('f', 1), await worker.call('f', 1)]).toEqual([1, 2]);
    expect(worker.statuses).toEqual(['unstored new cache-if', 'unstored new cache-if']);
    expect(worker.warnings).toHaveLength(1);
    expect(worker.warnings[0]).toContain("'cacheIf' function that threw, or returned nothing");
  });
});
