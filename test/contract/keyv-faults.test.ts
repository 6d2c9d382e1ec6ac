/** What an adapter does wrong, or somebody to its records: an operation throws rather than say what is not so, and what is damaged heals. */
import { setImmediate } from 'node:timers/promises';
import { Keyv } from 'keyv';
import { KeyvStore, type CacheStore } from 'temporal-activity-cache';
import type { Look } from 'temporal-activity-cache/store';
import { keyOf, newEntry, subject } from '../../src/testing/contract/scene';
import { encrypting } from '../helpers/keyv-options';
import { MapAdapter } from '../helpers/map-adapter';

type Operation = 'get' | 'getMany' | 'set' | 'delete' | 'iterator';

/** A store over an adapter in which each operation can be made to go wrong. */
function setUp({ without = [] as Operation[], options = {} } = {}) {
  const adapter = new MapAdapter();
  for (const name of without) Object.defineProperty(adapter, name, { value: undefined });
  const keyv = new Keyv({ ...options, store: adapter });
  const store = new KeyvStore(keyv);
  const fail = (operation: Operation, instead: (this: MapAdapter, ...args: never[]) => unknown) =>
    Object.defineProperty(adapter, operation, { value: instead, configurable: true });
  const heal = (operation: Operation) => delete (adapter as Partial<MapAdapter>)[operation];
  return { adapter, keyv, store, place: adapter.place, fail, heal };
}

async function execute(store: CacheStore, header: string, size = 10, tags: string[] = []) {
  const { ticket, now } = await store.draw();
  return store.put(newEntry({ ticket, startedAt: now, header, tags, data: new Uint8Array(size).fill(7) }));
}

const whatIsFound = async (store: CacheStore): Promise<string> => {
  const look: Look = await store.look(subject());
  if (look.found === undefined) return look.why;
  return look.found.data === undefined ? 'damaged' : look.found.header;
};

const failure = () => new Error('the disk is on fire');

/** Ways to fail that an adapter cannot mean as an answer. */
const FAILURES: Record<string, (this: MapAdapter) => unknown> = {
  'tells it by an event alone': async function () {
    await setImmediate();
    this.emit('error', failure());
  },
  rejects: async () => {
    throw failure();
  },
  'throws at once': () => {
    throw failure();
  },
};

const READING: Record<string, (store: CacheStore) => Promise<unknown>> = {
  look: (store) => store.look(subject()),
  put: (store) => execute(store, 'new'),
  'invalidate a key': (store) => store.invalidate({ key: keyOf('usual') }),
  'invalidate a scope': (store) => store.invalidate({ scope: 'scope' }),
  notes: (store) => store.notes(''),
  note: (store) => store.note('name', 'text'),
  claim: (store) => store.claim('name', 'text'),
  about: (store) => store.about(),
};

const LISTING: Record<string, (store: CacheStore) => Promise<unknown>> = {
  entries: async (store) => {
    for await (const _ of store.entries({}));
  },
  stats: (store) => store.stats({}),
  prune: (store) => store.prune({}),
  'invalidate by age': (store) => store.invalidate({ scope: 'scope', olderThanMs: 0 }),
  'invalidate a scope, to count': (store) => store.invalidate({ scope: 'scope' }),
};

describe('an adapter that cannot be read', () => {
  for (const [way, fault] of Object.entries(FAILURES)) {
    test.each(Object.keys(READING))(`and ${way}: %s throws, and works again`, async (name) => {
      for (const without of [[], ['getMany']] as Operation[][]) {
        const { store, fail, heal } = setUp({ without });
        await execute(store, 'old');
        const reading: Operation = without.length === 0 ? 'getMany' : 'get';
        fail(reading, fault);
        await expect(READING[name]!(store)).rejects.toThrow('the disk is on fire');
        heal(reading);
        expect(await whatIsFound(store)).toBe('old');
        await READING[name]!(store);
      }
    });

    test.each(Object.keys(LISTING))(`and ${way} when it lists: %s throws, and works again`, async (name) => {
      const { store, fail, heal } = setUp();
      await execute(store, 'old');
      fail('iterator', fault);
      await expect(LISTING[name]!(store)).rejects.toThrow('the disk is on fire');
      heal('iterator');
      await LISTING[name]!(store);
    });
  }

  test.each(Object.keys(LISTING))('and ends its list early, with an event: %s throws', async (name) => {
    const { store, adapter, fail } = setUp();
    await execute(store, 'old');
    fail('iterator', async function* () {
      yield* [];
      adapter.emit('error', failure());
    });
    await expect(LISTING[name]!(store)).rejects.toThrow('the disk is on fire');
  });

  test.each([
    ['nothing', undefined],
    ['too little', []],
    ['too much', Array(100)],
    ['a text', 'text'],
  ])('and answers %s to many keys: a look throws', async (_, answer) => {
    const { store, fail } = setUp();
    await execute(store, 'old');
    fail('getMany', async () => answer);
    await expect(whatIsFound(store)).rejects.toThrow();
  });
});

describe('an adapter that cannot be written', () => {
  const ways = { ...FAILURES, 'answers false': async () => false };
  for (const [way, fault] of Object.entries(ways)) {
    test(`and ${way}: put, invalidate, note and claim throw, touch too, and nothing has changed`, async () => {
      const { store, keyv, fail, heal } = setUp();
      const heard: unknown[] = [];
      keyv.on('error', (error: unknown) => heard.push(error));
      await execute(store, 'old', 20_000);
      fail('set', fault);
      const told = way === 'answers false' ? 'the Keyv did not write' : 'the disk is on fire';
      for (const size of [10, 20_000]) await expect(execute(store, 'new', size)).rejects.toThrow(told);
      await expect(store.invalidate({ scope: 'scope' })).rejects.toThrow();
      await expect(store.invalidate({ key: keyOf('usual') })).rejects.toThrow();
      await expect(store.note('name', 'text')).rejects.toThrow();
      await expect(store.claim('name', 'text')).rejects.toThrow();
      await expect(store.touch([keyOf('usual')])).rejects.toThrow();
      expect(await whatIsFound(store)).toBe('old');
      heal('set');
      expect(await store.notes('')).toEqual([]);
      expect(await execute(store, 'new')).toBe('stored');
      expect(await whatIsFound(store)).toBe('new');
      expect(heard.length > 0).toBe(way !== 'answers false');
    });

    test(`and ${way} only for entries: what was there is found, whole`, async () => {
      const { store, adapter, fail } = setUp();
      await execute(store, 'old', 20_000);
      const real = adapter.set.bind(adapter);
      fail('set', (key: string, value: unknown) =>
        /entry/.test(key) ? fault.call(adapter) : real(key, value),
      );
      await expect(execute(store, 'new', 30_000)).rejects.toThrow();
      expect(await whatIsFound(store)).toBe('old');
    });

    test(`and ${way} when it deletes: what was stored is stored, and what stays is told`, async () => {
      const { store, place, fail, heal } = setUp();
      await store.note('name', 'text');
      await execute(store, 'old', 20_000);
      fail('delete', fault);
      expect(await execute(store, 'new')).toBe('stored');
      expect(await whatIsFound(store)).toBe('new');
      const told = way === 'answers false' ? 'the Keyv did not delete' : 'the disk is on fire';
      await expect(store.note('name', undefined)).rejects.toThrow(told);
      await expect(prune(store, 0)).rejects.toThrow(told);
      heal('delete');
      await store.note('name', undefined);
      expect(await store.notes('')).toEqual([]);
      await prune(store, 0);
      expect([...place.keys()].filter((key) => /entry/.test(key))).toEqual([]);
    });
  }

  test('and says nothing about it, as many do, is one that can', async () => {
    const { store, adapter, fail } = setUp();
    fail('set', async (key: string, value: unknown) => void adapter.place.set(key, value));
    fail('delete', async (key: string) => void adapter.place.delete(key));
    expect(await execute(store, 'old', 20_000)).toBe('stored');
    expect(await execute(store, 'later')).toBe('stored');
    expect(await whatIsFound(store)).toBe('later');
    await prune(store, 0);
    expect(await whatIsFound(store)).toBe('new');
  });

  test('and tells it by an event, in the midst of others that succeed: only its own operation throws', async () => {
    const { store, adapter, fail } = setUp();
    const real = adapter.set.bind(adapter);
    fail('set', async (key: string, value: unknown) => {
      await setImmediate();
      if (key.includes(keyOf('unlucky'))) adapter.emit('error', failure());
      else await real(key, value);
    });
    const put = async (name: string) => {
      const { ticket, now } = await store.draw();
      return store.put(newEntry({ key: keyOf(name), ticket, startedAt: now, header: name }));
    };
    const outcomes = await Promise.allSettled(['a', 'unlucky', 'b', 'c'].map(put));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  });

  test("and tells it by an event that nobody listens to: the process lives, and Keyv's own listeners stay", async () => {
    const { store, adapter } = setUp();
    adapter.emit('error', failure());
    expect(await execute(store, 'new')).toBe('stored');
    adapter.emit('error', failure());
    expect(await whatIsFound(store)).toBe('new');
  });
});

async function prune(store: CacheStore, maxBytes: number): Promise<void> {
  while ((await store.prune({ maxBytes })).more);
}

/** What may lie under a name of ours, as the adapter keeps it. */
const GARBAGE: Record<string, unknown> = {
  'no JSON': 'garbage',
  nothing: '',
  'JSON of something else': '{"value":"{}"}',
  'JSON of null': '{"value":"null"}',
  'a number': 42,
  'an object': { some: 'thing' },
  'an object as Keyv makes it, of something else': { value: { some: 'thing' } },
  bytes: Buffer.from([1, 2, 3]),
  'a text of somebody else': '{"value":"hello"}',
  'something encrypted': encrypting('secret').serialize({ value: 'text' }),
};

describe.each([{ without: [] as Operation[] }, { without: ['getMany'] as Operation[] }])('%p', (setup) => {
  describe.each(Object.entries(GARBAGE))('%s', (_, garbage) => {
    const spoil = async (place: Map<string, unknown>, kind: RegExp) => {
      const spoiled = [...place.keys()].filter((key) => kind.test(key));
      for (const key of spoiled) place.set(key, await garbage);
      expect(spoiled.length).toBeGreaterThan(0);
    };

    test('for an entry is a miss, which the next result heals', async () => {
      const { store, place } = setUp(setup);
      await execute(store, 'old', 20_000);
      await spoil(place, /entry/);
      expect(await whatIsFound(store)).toBe('damaged');
      expect(await store.invalidate({ scope: 'scope' })).toEqual({ entries: 0 });
      expect(await execute(store, 'new')).toBe('stored');
      expect(await whatIsFound(store)).toBe('new');
    });

    test('for a result is a miss, which the next result heals', async () => {
      const { store, place } = setUp(setup);
      await execute(store, 'old', 20_000);
      await spoil(place, /bytes/);
      expect(await whatIsFound(store)).toBe('damaged');
      expect(await execute(store, 'new', 20_000)).toBe('stored');
      expect((await store.look(subject())).found?.data?.length).toBe(20_000);
    });

    test.each(['scope', 'tag'])(
      'for a floor over a %s: nothing from before counts, and what begins now does',
      async (by) => {
        const { store, place } = setUp(setup);
        const filter = by === 'tag' ? { scope: 'scope', tag: 'tag' } : { scope: 'scope' };
        await store.invalidate(filter);
        await execute(store, 'old', 10, ['tag']);
        const begun = await store.draw();
        await spoil(place, /floor/);
        expect(await whatIsFound(store)).toBe('invalidated');
        const late = newEntry({ ticket: begun.ticket, startedAt: begun.now, tags: ['tag'] });
        expect(await store.put(late)).toBe('superseded');
        expect(await execute(store, 'new', 10, ['tag'])).toBe('stored');
        expect(await whatIsFound(store)).toBe('new');
      },
    );

    test('for a note, or the list of notes, is none, until it is written again', async () => {
      const { store, place } = setUp(setup);
      await store.note('a', 'text');
      await store.note('b', 'text');
      await spoil(place, /note/);
      expect(await store.notes('')).toEqual([]);
      await store.note('a', 'again');
      expect((await store.notes('')).map(({ name, text }) => `${name} ${text}`)).toEqual(['a again']);
      expect(await store.claim('b', 'claimed')).toBe('claimed');
    });

    test('anywhere stops no list, and goes when it is pruned', async () => {
      const { store, place } = setUp(setup);
      await execute(store, 'old', 20_000);
      await store.touch([keyOf('usual')]);
      await spoil(place, /entry|use/);
      const { ticket, now } = await store.draw();
      await store.put(newEntry({ key: keyOf('other'), ticket, startedAt: now, header: 'other' }));
      place.set('keyv:ac1.what.is.this', await garbage);
      place.set('keyv:of somebody else', await garbage);
      expect((await store.stats({})).entries).toBe(1);
      await prune(store, Infinity);
      expect([...place.keys()].filter((key) => key.includes(keyOf('usual')) && !/bytes/.test(key))).toEqual(
        [],
      );
      expect(place.has('keyv:of somebody else')).toBe(true);
      expect((await store.stats({})).entries).toBe(1);
    });
  });
});

test('what was encrypted with another secret is a miss, which heals', async () => {
  const { adapter, store } = setUp({ options: encrypting('old secret') });
  await execute(store, 'old');
  const other = new KeyvStore(new Keyv({ store: adapter, ...encrypting('new secret') }));
  expect(await whatIsFound(other)).toBe('damaged');
  expect(await execute(other, 'new')).toBe('stored');
  expect(await whatIsFound(other)).toBe('new');
});

test('a record that is deleted under it is a miss, which heals: an entry, or its result alone', async () => {
  const { store, place } = setUp();
  for (const [kind, expected] of Object.entries({ entry: 'new', bytes: 'damaged' })) {
    await execute(store, 'old', 20_000);
    for (const key of place.keys()) if (key.includes(`.${kind}.`)) place.delete(key);
    expect(await whatIsFound(store)).toBe(expected);
    expect(await execute(store, 'again', 20_000)).toBe('stored');
    expect(await whatIsFound(store)).toBe('again');
  }
});

test('an entry of another key, under the name of this one, is not its entry', async () => {
  const { store, place } = setUp();
  await execute(store, 'of this key');
  const [name] = [...place.keys()].filter((key) => key.includes(keyOf('usual')));
  place.set(name!.replace(keyOf('usual'), keyOf('other')), place.get(name!));
  expect((await store.look(subject({ key: keyOf('other') }))).found?.data).toBeUndefined();
});
