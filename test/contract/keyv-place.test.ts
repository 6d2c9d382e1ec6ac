/** What a KeyvStore leaves in a Keyv, what it leaves alone, and what it clears away. */
import { Keyv } from 'keyv';
import { type CacheStore, KeyvStore } from 'temporal-activity-cache';
import { allOf, keyOf, newEntry, subject } from '../../src/testing/contract/scene';
import { gzip } from '../helpers/keyv-options';
import { MapAdapter, slowly } from '../helpers/map-adapter';

const DAY = 86_400_000;

async function execute(store: CacheStore, header = 'header', size = 20_000, key = keyOf('usual')) {
  const { ticket, now } = await store.draw();
  return store.put(newEntry({ key, ticket, startedAt: now, header, data: new Uint8Array(size) }));
}

async function prune(store: CacheStore, maxBytes?: number) {
  while ((await store.prune({ maxBytes })).more);
}

const headers = async (store: CacheStore) => (await allOf(store.entries({}))).map(({ header }) => header);

afterEach(() => jest.restoreAllMocks());

test('two namespaces on one Map do not meet: neither by looks, nor lists, nor pruning', async () => {
  const place = new Map();
  const namespaces = ['a', 'a:b', 'ac1', '', 'b'];
  const stores = namespaces.map((namespace) => new KeyvStore(new Keyv({ store: place, namespace })));
  for (const [i, store] of stores.entries()) {
    await execute(store, namespaces[i]);
    await store.note('name', `${namespaces[i]}`);
    await store.touch([keyOf('usual')]);
  }
  for (const [i, store] of stores.entries()) {
    expect((await store.look(subject())).found?.header).toBe(namespaces[i]);
    expect(await headers(store)).toEqual([namespaces[i]]);
    expect((await store.notes('')).map(({ text }) => text)).toEqual([namespaces[i]]);
  }
  await stores[0]!.invalidate({ scope: 'scope' });
  await prune(stores[0]!, 0);
  for (const store of stores.slice(1)) expect((await headers(store)).length).toBe(1);
});

test("a Keyv's other keys, its errors and its settings stay as they are", async () => {
  const adapter = new MapAdapter();
  const keyv = new Keyv({ store: adapter });
  await keyv.set('of the user', { any: 'thing' });
  const store = new KeyvStore(keyv);
  await execute(store);
  await store.invalidate({ scope: 'scope' });
  await prune(store, 0);
  await store.close();
  expect(await keyv.get('of the user')).toEqual({ any: 'thing' });
  expect(keyv.throwOnErrors).toBe(false);
  Object.defineProperty(adapter, 'get', {
    value: () => Promise.reject(new Error('down')),
    configurable: true,
  });
  expect(await keyv.get('of the user')).toBeUndefined();
  adapter.place.set('keyv:damaged', 'garbage');
  Reflect.deleteProperty(adapter, 'get');
  await expect(keyv.get('damaged')).rejects.toThrow('JSON');
});

test('names of records suit every adapter: some hundred letters, digits and dots', async () => {
  const place = new Map<string, unknown>();
  const store = new KeyvStore(new Keyv({ store: place, namespace: '' }));
  await execute(store);
  await store.touch([keyOf('usual')]);
  await store.note('a name: with "everything"', 'text');
  await store.invalidate({ scope: 'x'.repeat(500), tag: 'äß:/*' });
  expect(place.size).toBe(6);
  for (const name of place.keys()) expect(name).toMatch(/^[a-z0-9.]{1,110}$/);
});

test('values are texts for the Keyv, and results are compressed by it', async () => {
  const place = new Map<string, string>();
  const store = new KeyvStore(new Keyv({ store: place, compression: gzip }));
  await execute(store, 'header', 500_000);
  expect([...place.values()].reduce((sum, value) => sum + value.length, 0)).toBeLessThan(10_000);
  expect((await store.look(subject())).found?.data?.length).toBe(500_000);
});

test("results follow the Keyv's ttl, floors and notes do not", async () => {
  const place = new Map<string, string>();
  const store = new KeyvStore(new Keyv({ store: place, ttl: 60_000 }));
  await execute(store);
  await store.invalidate({ scope: 'other' });
  await store.note('name', 'text');
  const expiring = [...place].filter(([, value]) => /"expires":\d/.test(value)).map(([name]) => name);
  expect(expiring.map((name) => name.split('.')[1]).sort()).toEqual(['bytes', 'entry']);
  expect(place.size).toBe(5);
});

test('a superseded result is gone with the next one, and what a killed process left after an hour', async () => {
  const place = new Map<string, unknown>();
  const store = new KeyvStore(new Keyv({ store: place }));
  const results = () => [...place.keys()].filter((name) => /bytes/.test(name));
  await execute(store, 'old');
  const [old] = results();
  await execute(store, 'new');
  expect(results().length).toBe(1);
  expect(results()).not.toContain(old);
  place.set(old!, 'left');
  await prune(store);
  expect(results().length).toBe(2);
  const now = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(now + 3_700_000);
  await prune(store);
  expect(results().length).toBe(1);
  expect(results()).not.toContain(old);
  expect((await store.look(subject())).found?.data?.length).toBe(20_000);
});

test('that there was a result is remembered for 30 days, its floor for good', async () => {
  const place = new Map<string, unknown>();
  let now = 0;
  const store = new KeyvStore(new Keyv({ store: place }), { clock: () => now });
  await execute(store);
  await store.touch([keyOf('usual')]);
  const begun = await store.draw();
  await store.invalidate({ key: keyOf('usual') });
  await prune(store);
  expect([...place.keys()].map((name) => name.split('.')[1])).toEqual(['entry', 'floor']);
  now += 29 * DAY;
  await prune(store);
  expect(await store.look(subject())).toMatchObject({ why: 'invalidated' });
  now += 2 * DAY;
  await prune(store);
  expect([...place.keys()].map((name) => name.split('.')[1])).toEqual(['floor']);
  expect(await store.look(subject())).toMatchObject({ why: 'new' });
  expect(await store.put(newEntry({ ticket: begun.ticket, startedAt: 0 }))).toBe('superseded');
});

test('when a use was noted of an entry that is gone, the note goes too', async () => {
  const place = new Map<string, unknown>();
  const store = new KeyvStore(new Keyv({ store: place }));
  await store.touch([keyOf('nothing')]);
  await prune(store);
  expect(place.size).toBe(0);
});

test('more entries than a pass remembers are pruned in several passes', async () => {
  const store = new KeyvStore(new Keyv({ store: new Map() }));
  const keys = Array.from({ length: 10_600 }, (_, i) => keyOf(`many ${i}`));
  for (const key of keys) await execute(store, 'header', 10, key);
  await prune(store, 50);
  expect((await headers(store)).length).toBe(5);
});

test('a pass is gone on with by the next call, and begun anew for another kind of pruning', async () => {
  const place = new Map<string, unknown>();
  const store = new KeyvStore(new Keyv({ store: place }));
  for (let i = 0; i < 600; i++) await execute(store, 'header', 10, keyOf(`many ${i}`));
  expect((await store.prune({})).more).toBe(true);
  await store.invalidate({ key: keyOf('many 0') }); // the first of the list, which the first call has passed
  for (let more = true; more;) ({ more } = await store.prune({ onlyInvalidated: true }));
  expect(String(place.get(`keyv:ac1.entry.${keyOf('many 0')}`))).toContain('goneAt');
});

test('says what it is over, and what it cannot do', async () => {
  const adapter = new MapAdapter();
  const over = (store: unknown, namespace?: string) => new KeyvStore(new Keyv({ store, namespace }));
  expect(over(new Map(), 'mine').name).toBe("Keyv over Map, namespace 'mine'");
  expect(over(adapter, '').name).toBe('Keyv over redis');
  expect(over(adapter).limits.join()).toMatch(/clocks.*evict.*read through all records/s);
  const unlisted = over(slowly(adapter, ['iterator']));
  expect(unlisted.limits.join()).toMatch(/no iterator: no lists/);
  await expect(unlisted.prune({})).rejects.toThrow(/no iterator cannot prune.*Use an adapter that has one/s);
  expect(await unlisted.about()).toMatchObject({ adapter: 'redis', lists: expect.stringMatching(/^no/) });
});
