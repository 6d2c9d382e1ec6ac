/** What a running Activity knows of its caching, and can say about it. */
import { setImmediate } from 'node:timers/promises';
import { cacheContext } from 'temporal-activity-cache';
import { Recording, withCacheContext } from '../../src/context';

const recording = () => new Recording('k', 'train', '1', 'new');

test('outside a cached Activity there is none', () => {
  expect(cacheContext()).toBeUndefined();
});

test('inside it tells key, type, version and why, in whatever the Activity awaits', async () => {
  await withCacheContext(recording(), async () => {
    const facts = { key: 'k', activityType: 'train', version: '1', why: 'new' };
    expect(cacheContext()).toMatchObject(facts);
    await setImmediate();
    expect(cacheContext()).toMatchObject(facts);
    await Promise.all([1, 2].map(async () => expect(cacheContext()).toMatchObject(facts)));
  });
  expect(cacheContext()).toBeUndefined();
});

test('two Activities at a time have each their own', async () => {
  const keys = ['a', 'b'].map((key) =>
    withCacheContext(new Recording(key, 'train', '1', 'new'), async () => {
      await setImmediate();
      return cacheContext()?.key;
    }),
  );
  expect(await Promise.all(keys)).toEqual(['a', 'b']);
});

test('skip keeps its reason', async () => {
  const said = recording();
  await withCacheContext(said, async () => cacheContext()!.skip('partial data'));
  expect(said.skipped).toBe('partial data');
});

test.each(['', 5, undefined, Object.create(null)])('skip(%p) skips, and throws nothing', (reason) => {
  const said = recording();
  const { skip } = said;
  skip(reason as string);
  expect(said.skipped).toBe('');
});

test('setTtl: the last call counts', () => {
  const said = recording();
  said.setTtl('1 day');
  said.setTtl(5);
  expect([said.ttlMs, said.skipped]).toEqual([5, undefined]);
});

test.each([0, -1, NaN, 'soon', '', null, undefined])(
  'setTtl(%p) leaves the result unstored, and throws nothing',
  (ttl) => {
    const said = recording();
    said.setTtl(ttl);
    expect([said.ttlMs, said.skipped]).toEqual([undefined, 'setTtl needs a duration above 0']);
  },
);
