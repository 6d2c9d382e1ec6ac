/** What is invalidated while it is being computed is not brought back by whoever computes it. */
import { defaultPayloadConverter } from '@temporalio/common';
import {
  cached,
  cacheContext,
  type CacheOptions,
  CachePlugin,
  CacheStoreError,
  type Invalidation,
  MemoryStore,
} from 'temporal-activity-cache';
import { deferred } from '../helpers/deferred';
import { FaultyStore, losesTheAnswer } from '../helpers/faulty-store';
import { MockWorker } from '../helpers/mock';

/** An Activity `f` that tells when a run of it has begun, and ends when it is let; and one, `other`, to be left alone. */
function held() {
  const runs: { begun: ReturnType<typeof deferred<void>>; end: ReturnType<typeof deferred<number>> }[] = [];
  const run = (i: number) => (runs[i] ??= { begun: deferred(), end: deferred<number>() });
  let count = 0;
  let key = '';
  const f = cached({ version: '1', tags: ([x]: [string]) => [`by ${x}`] }, async (_x: string) => {
    const { begun, end } = run(count++);
    key = cacheContext()!.key;
    begun.resolve();
    const value = await end.promise;
    cacheContext()!.addTags(`made by ${value}`); // known only now
    return value;
  });
  const other = cached({ version: '2', tags: ['elsewhere'] }, async () => 'other');
  const worker = new MockWorker({ f, other });
  return {
    worker,
    key: () => key,
    begun: (i: number) => run(i).begun.promise,
    end: (i: number, value: number) => run(i).end.resolve(value),
  };
}

const INVALIDATIONS: [string, (key: string) => Invalidation][] = [
  ['its key', (key) => ({ key })],
  ['a tag of its options', () => ({ tag: 'by x' })],
  ['a tag that the body adds at its end', () => ({ tag: 'made by 1' })],
  ['its Activity', () => ({ activity: 'f' })],
  ['its version', () => ({ version: '1' })],
  ['Activity and version', () => ({ activity: 'f', version: '1' })],
  ['all', () => ({ all: true })],
];

describe.each(INVALIDATIONS)('invalidated by %s', (_name, what) => {
  test('what runs while it happens is passed on, never stored; the next call runs, and what it stores is found', async () => {
    const { worker, key, begun, end } = held();
    const running = worker.call('f', 'x');
    await begun(0);
    expect(await worker.plugin.invalidate(what(key()))).toEqual({ entries: 0 });
    end(0, 1);
    expect(await running).toBe(1);
    end(1, 2);
    expect([await worker.call('f', 'x'), await worker.call('f', 'x')]).toEqual([2, 2]);
    expect(worker.statuses).toEqual(['unstored new superseded', 'stored new', 'hit']);
  });

  test('where there is an entry it is not found any more, and who still runs does not bring it back', async () => {
    const { worker, key, begun, end } = held();
    const [first, slow] = [worker.call('f', 'x'), worker.call('f', 'x')];
    await begun(1);
    end(0, 1);
    await first;
    await worker.call('other');
    const answer = await worker.plugin.invalidate(what(key()));
    expect(answer).toEqual({ entries: 'all' in what('') ? 2 : 1 });
    end(1, 1);
    expect(await slow).toBe(1);
    end(2, 3);
    expect(await worker.call('f', 'x')).toBe(3);
    expect(await worker.call('f', 'x')).toBe(3);
    expect(worker.statuses).toEqual([
      'stored new',
      'stored new', // other
      'unstored new superseded',
      'stored invalidated',
      'hit',
    ]);
  });
});

test.each<[string, Invalidation]>([
  ['an age', { olderThan: 0 }],
  ['a tag of one Activity', { activity: 'f', tag: 'made by 1' }],
])(
  '%s has no floor: it takes the entries there are, and whoever runs at one of their keys',
  async (_name, what) => {
    const { worker, begun, end } = held();
    const [first, slow] = [worker.call('f', 'x'), worker.call('f', 'x')];
    const elsewhere = worker.call('f', 'y');
    await begun(2);
    end(0, 1);
    await first;
    expect(await worker.plugin.invalidate(what)).toEqual({ entries: 1 });
    end(1, 1);
    end(2, 1);
    await Promise.all([slow, elsewhere]);
    expect(worker.statuses[0]).toBe('stored new');
    expect(worker.statuses.slice(1).sort()).toEqual(['stored new', 'unstored new superseded']);
  },
);

test('what another plugin invalidates, on the same store, holds for who runs as well', async () => {
  const store = new MemoryStore();
  const begun = deferred();
  const end = deferred();
  const f = cached({ version: '1' }, async () => {
    begun.resolve();
    await end.promise;
    return 1;
  });
  const worker = new MockWorker({ f }, { store, scope: 'team' });
  const running = worker.call('f');
  await begun.promise;
  await new CachePlugin({ store, scope: 'team' }).invalidate({ activity: 'f' }); // wired to nothing: all namespaces
  end.resolve();
  await running;
  expect(worker.statuses).toEqual(['unstored new superseded']);
});

test('an overwriting run does not find its own result any more once it is invalidated', async () => {
  const worker = new MockWorker({ f: cached({ version: '1' }, async () => 1) });
  const header = defaultPayloadConverter.toPayload({ mode: 'overwrite', run: 'a' });
  const call = () => worker.callWith({ headers: { 'activity-cache': header } }, 'f');
  await call();
  await call();
  await worker.plugin.invalidate({ activity: 'f' });
  await call();
  expect(worker.statuses).toEqual(['stored overwrite', 'hit', 'stored overwrite']);
});

test('an invalidation whose answer is lost is an error, and may be repeated', async () => {
  const store = new FaultyStore(new MemoryStore()).fail(losesTheAnswer, 'invalidate');
  const worker = new MockWorker({ f: cached({ version: '1' }, async () => 1) }, { store });
  await worker.call('f');
  await expect(worker.plugin.invalidate({ all: true })).rejects.toThrow(CacheStoreError);
  store.heal();
  expect(await worker.plugin.invalidate({ all: true })).toEqual({ entries: 0 });
  await worker.call('f');
  expect(worker.statuses).toEqual(['stored new', 'stored invalidated']);
});

describe('tags', () => {
  const tagged = (options: CacheOptions, body = () => {}) => {
    const f = cached({ version: '1', ...options }, async (x: unknown) => (body(), x));
    return new MockWorker({ f });
  };
  const tagsIn = async (worker: MockWorker) => {
    const tags: string[][] = [];
    for await (const entry of worker.plugin.entries()) tags.push([...entry.tags]);
    return tags;
  };

  test('those of the options and those that the body adds are kept with the entry, each once', async () => {
    const worker = tagged({ tags: ['a', 'a', 'b'] }, () => cacheContext()!.addTags('b', 'c'));
    await worker.call('f', 1);
    expect(await tagsIn(worker)).toEqual([['a', 'b', 'c']]);
  });

  test('tags do not change the key: an entry keeps those it was stored with', async () => {
    let tag = 'first';
    const worker = tagged({ tags: () => [tag] });
    await worker.call('f', 1);
    tag = 'second';
    await worker.call('f', 1);
    expect(worker.statuses).toEqual(['stored new', 'hit']);
    expect(await tagsIn(worker)).toEqual([['first']]);
  });

  test.each<[string, (args: unknown[]) => unknown]>([
    ['throws', () => { throw new Error('no tags of 4711'); }], // prettier-ignore
    ['answers no list', () => 'tag'],
    ['answers what is no tag', () => ['']],
    ['answers too many', () => Array.from({ length: 101 }, (_, i) => `${i}`)],
    ['answers a promise', async () => ['later']],
    ['answers a promise that is rejected', () => Promise.reject(new Error('no tags of 4711'))],
  ])('a tags function that %s lets the call run, bypassed, warned of once, by name', async (_name, tags) => {
    const worker = tagged({ tags: tags as never });
    expect([await worker.call('f', 1), await worker.call('f', 1)]).toEqual([1, 1]);
    expect(worker.statuses).toEqual(['bypassed policy-error', 'bypassed policy-error']);
    expect(worker.warnings).toEqual([expect.stringMatching(/policy-error · f: fix .*'tags'/)]);
    expect(JSON.stringify(worker.told)).not.toContain('4711');
    await new Promise(setImmediate); // an unhandled rejection would fail this test
  });

  test.each([
    ['is no tag', ['fine', '']],
    ['is too many', Array.from({ length: 100 }, (_, i) => `${i}`)],
  ])(
    'what the body adds and %s leaves the result unstored: it could not be invalidated',
    async (_name, tags) => {
      const worker = tagged({ tags: ['own'] }, () => cacheContext()!.addTags(...tags));
      expect(await worker.call('f', 1)).toBe(1);
      expect(worker.told[0]).toMatchObject({
        reason: 'skipped',
        detail: expect.stringContaining('addTags: tags'),
      });
    },
  );
});

test('a store that takes no notes invalidates in every namespace, and the process warns', async () => {
  const store = new MemoryStore();
  const f = cached({ version: '1' }, async (x: string) => x);
  for (const namespace of ['one', 'two'])
    await new MockWorker({ f }, { store }, { namespace }).call('f', 'x');
  const failing = new FaultyStore(store).fail(() => Promise.reject(new Error('no notes')), 'note');
  const plugin = new CachePlugin({ store: failing });
  for (const namespace of ['one', 'two']) plugin.configureClient({ namespace, interceptors: undefined });
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  expect(await plugin.invalidate({ activity: 'f' })).toEqual({ entries: 2 });
  expect(warned.mock.calls).toHaveLength(2);
  warned.mockRestore();
});
