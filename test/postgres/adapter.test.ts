/** What a plain `Keyv` gets: exactly what was put in, and nothing of others. */
import { inspect } from 'node:util';
import { Keyv } from 'keyv';
import pg from 'pg';
import {
  CacheOptionsError,
  CacheStoreError,
  PostgresAdapter,
  type PostgresOptions,
} from 'temporal-activity-cache';
import { freshDatabase, sql } from '../helpers/postgres';

const database = freshDatabase();
const other = freshDatabase();
const opened: PostgresAdapter[] = [];
const open = (options: Partial<PostgresOptions> = {}): PostgresAdapter => {
  const adapter = new PostgresAdapter({ uri: database.url, ...options } as PostgresOptions);
  opened.push(adapter);
  return adapter;
};
afterEach(async () => {
  for (const adapter of opened.splice(0)) {
    adapter.namespace = undefined;
    await adapter.clear().catch(() => {}); // some tests have closed theirs
    await adapter.disconnect();
  }
});

const keyv = (namespace?: string): Keyv => new Keyv({ store: open(), namespace, throwOnErrors: true });
const rows = async (): Promise<number> =>
  Number((await sql(database.url, 'SELECT count(*) AS n FROM activity_cache.keyv'))[0].n);
async function all(iterator: AsyncGenerator<unknown[]>): Promise<unknown[][]> {
  const found: unknown[][] = [];
  for await (const entry of iterator) found.push(entry);
  return found;
}

test('values come back as they were, are replaced, and are gone when they are deleted', async () => {
  const cache = keyv();
  for (const value of [
    'text',
    `quotes ' " \\ $1`,
    'a\u0000b',
    '日本 😀',
    5,
    null,
    true,
    { deep: [1, { er: 2 }] },
  ]) {
    await cache.set('key', value);
    expect(await cache.get('key')).toEqual(value);
  }
  expect(await cache.has('key')).toBe(true);
  expect(await cache.delete('key')).toBe(true);
  expect(await cache.delete('key')).toBe(false);
  expect(await cache.has('key')).toBe(false);
  expect(await cache.get('key')).toBe(undefined);
});

test('many at once: each in its place, what is missing as undefined, the last of two with one key', async () => {
  const cache = keyv();
  await cache.setMany([
    { key: 'a', value: 1 },
    { key: 'b', value: 2 },
    { key: 'a', value: 3 },
  ]);
  expect(await cache.getMany(['b', 'missing', 'a', 'b'])).toEqual([2, undefined, 3, 2]);
  expect(await cache.has(['b', 'missing', 'a'])).toEqual([true, false, true]);
  expect(await cache.deleteMany(['missing', 'a'])).toBe(true);
  expect(await cache.deleteMany(['missing', 'a'])).toBe(false);
  expect(await cache.getMany([])).toEqual([]);
  expect(await cache.get('b')).toBe(2);
});

test('past their time to live, values are not there, whatever is asked', async () => {
  const adapter = open();
  const cache = new Keyv({ store: adapter });
  await cache.set('short', 1, 1);
  await cache.set('long', 2, 3_600_000);
  await cache.set('ever', 3, 1e300);
  while (await adapter.has('keyv:short')); // the server's clock
  expect(await cache.has('short')).toBe(false);
  expect(await adapter.getMany(['keyv:short'])).toEqual([undefined]);
  expect((await all(adapter.iterator())).map(([key]) => key)).toEqual(['keyv:ever', 'keyv:long']);
  expect(await cache.delete('short')).toBe(false);
  expect(await cache.getMany(['long', 'ever'])).toEqual([2, 3]);
});

test('a value set anew lives by its new time', async () => {
  const cache = keyv();
  await cache.set('key', 1, 1);
  await cache.set('key', 2);
  await cache.set('other', 1, 3_600_000);
  await cache.set('other', 2, 1);
  while (await cache.has('other'));
  expect(await cache.get('key')).toBe(2);
});

test('setting frees the space of what is past its time', async () => {
  const adapter = open();
  for (let i = 0; i < 25; i++) await adapter.set(`key ${i}`, 'value', i === 0 ? undefined : 1);
  while (await adapter.has('key 24'));
  for (let i = 0; i < 3; i++) await adapter.set('key 1', `${i}`, 3_600_000);
  expect(await rows()).toBe(2);
  expect(await adapter.getMany(['key 0', 'key 1'])).toEqual(['value', '2']);
});

test.each([
  ['n_', 'nx'],
  ['n%', 'nxx'],
  ['%', 'all'],
  ['n', 'n:n'],
  ['n', 'N'],
  ['n', 'n;'],
  ["n'; --", 'n'],
  ['n\\', 'n\\\\'],
  ['\u00e4', 'a\u0308'],
  ['日本', '日'],
])('clearing the namespace %p leaves %p as it is', async (cleared, left) => {
  const [first, second] = [keyv(cleared), keyv(left)];
  for (const key of ['a', '', ':', '%']) {
    await first.set(key, 'first');
    await second.set(key, 'second');
  }
  // By Keyv's own rule, the keys of `n:n` are in the namespace `n` too.
  const within = left.startsWith(`${cleared}:`);
  expect((await all(first.store.iterator(cleared))).length).toBe(within ? 8 : 4);
  await first.clear();
  expect(await first.getMany(['a', '', ':', '%'])).toEqual([undefined, undefined, undefined, undefined]);
  expect(await second.get('a')).toBe(within ? undefined : 'second');
  expect((await all(second.iterator!({}))).length).toBe(within ? 0 : 4);
});

test('without a namespace, clearing takes all, however many', async () => {
  await sql(database.url, 'CREATE SCHEMA IF NOT EXISTS activity_cache');
  const adapter = open();
  await adapter.set('a', '1');
  await sql(
    database.url,
    `INSERT INTO activity_cache.keyv SELECT 'key ' || i, 'v' FROM generate_series(1, 25000) i`,
  );
  await adapter.clear();
  expect(await rows()).toBe(0);
});

test('iterates in pages: each entry once, by key, as bytes sort', async () => {
  const adapter = open();
  const keys = Array.from({ length: 1_500 }, (_, i) => `ns:${i % 2 ? 'Z' : 'a'}${i}`);
  await adapter.setMany(keys.map((key) => ({ key, value: key })));
  await adapter.setMany([
    { key: 'other', value: '' },
    { key: '', value: '' },
  ]);
  expect(await all(adapter.iterator('ns'))).toEqual([...keys].sort().map((key) => [key, key]));
  expect(await all(adapter.iterator())).toHaveLength(1_502);
});

test('an iteration that fails throws: it does not end as if that were all', async () => {
  const adapter = open();
  await adapter.setMany(Array.from({ length: 600 }, (_, i) => ({ key: `${i}`, value: '' })));
  const iterator = adapter.iterator();
  await iterator.next();
  await adapter.disconnect();
  await expect(all(iterator)).rejects.toThrow('Postgres store is closed');
});

describe('a key that Postgres cannot keep', () => {
  const wrong = {
    'too long': 'k'.repeat(2_001),
    'too many bytes': '日'.repeat(700),
    'U+0000': 'a\0b',
    'lone surrogate': 'a\ud800',
  };

  test.each(Object.entries(wrong))(
    '(%s) is refused with an error that says why, and is never there',
    async (_, key) => {
      const adapter = open();
      const error: unknown = await adapter.set(key, 'value').catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(CacheStoreError);
      expect((error as Error).message).toMatch(
        /Key cannot be stored \[store=postgres:.*bytes=\d+\]: it must have at most 2000 bytes/,
      );
      expect(await adapter.get(key)).toBe(undefined);
      expect(await adapter.has(key)).toBe(false);
      expect(await adapter.delete(key)).toBe(false);
      expect(await new Keyv({ store: adapter, namespace: undefined }).set(key, 'value')).toBe(false);
    },
  );

  test('keeps the others of its batch out too', async () => {
    const adapter = open();
    await expect(
      adapter.setMany([
        { key: 'a', value: '1' },
        { key: 'a\0', value: '2' },
      ]),
    ).rejects.toThrow('Key cannot');
    expect(await adapter.get('a')).toBe(undefined);
  });

  test('is none of the longest that it can', async () => {
    const adapter = open();
    // Random: an index compresses what repeats.
    const key = Array.from({ length: 2_000 }, () => String.fromCharCode(33 + Math.random() * 90)).join('');
    await adapter.set(key, 'value');
    expect(await adapter.get(key)).toBe('value');
  });

  test('is not taken for one that it would become', async () => {
    const adapter = open();
    await adapter.set('a\ufffd', 'value');
    expect(await adapter.get('a\ud800')).toBe(undefined);
  });
});

test('two databases in one process, and one database with two sets of options: each adapter has its own', async () => {
  const adapters = [
    open(),
    open({ uri: other.url }),
    open({ schema: 'of its own' }),
    open({ max: 1, query_timeout: 7_000 }),
  ];
  for (const [i, adapter] of adapters.entries()) await adapter.set('key', `${i}`);
  expect(await Promise.all(adapters.map((adapter) => adapter.get('key')))).toEqual(['3', '1', '2', '3']);
  await adapters[3]!.disconnect();
  expect(await Promise.all(adapters.slice(0, 3).map((adapter) => adapter.get('key')))).toEqual([
    '3',
    '1',
    '2',
  ]);
  await adapters[1]!.disconnect();
  expect(await adapters[0]!.get('key')).toBe('3');
  await expect(adapters[1]!.get('key')).rejects.toThrow('is closed');
});

test('a pool that was given is used as it is, and goes on when the adapter is closed', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1, application_name: 'mine' });
  const [adapter, second] = [
    open({ pool, uri: undefined }),
    open({ pool, uri: undefined, schema: 'second' }),
  ];
  await adapter.set('key', 'value');
  await second.set('key', 'other');
  expect(await adapter.get('key')).toBe('value');
  const names = await sql(
    database.url,
    `SELECT DISTINCT application_name AS name FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE '%keyv%' AND pid <> pg_backend_pid()`,
  );
  expect(names).toEqual([{ name: 'mine' }]);
  await adapter.disconnect();
  await expect(adapter.get('key')).rejects.toThrow('is closed');
  expect(pool.listenerCount('error')).toBe(1);
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await second.disconnect();
  await pool.end();
});

test('with neither a uri nor a pool it is refused at once: no server is guessed', () => {
  expect(() => new PostgresAdapter({ uri: undefined } as never)).toThrow(CacheOptionsError);
  expect(() => new PostgresAdapter({ uri: 'localhost' })).toThrow('uri must be like postgres://');
  expect(() => new PostgresAdapter({ uri: `${database.url}?prepare=maybe` })).toThrow(
    'prepare must be true or false',
  );
});

test('neither its name nor what is printed of it holds the password', async () => {
  const url = new URL(database.url);
  const adapter = open();
  expect(adapter.name).toBe(`postgres://${url.host}${url.pathname}`);
  await adapter.get('key');
  expect(JSON.stringify(adapter.opts)).not.toContain(url.password);
  expect(inspect(adapter, { depth: 20 })).not.toContain(url.password);
});

test('statements are prepared, unless that is switched off', async () => {
  const prepared = async (options: { prepare?: boolean }) => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    const adapter = new PostgresAdapter({ pool, ...options });
    await adapter.get('key');
    const { rows: statements } = await pool.query('SELECT name FROM pg_prepared_statements');
    await adapter.disconnect();
    await pool.end();
    return statements.length;
  };
  expect(await prepared({})).toBe(1);
  expect(await prepared({ prepare: false })).toBe(0);
});

test("the base class's own statements still go through", async () => {
  expect(await open().query('SELECT $1::integer AS n', [5])).toEqual([{ n: 5 }]);
});
