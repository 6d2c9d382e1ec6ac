/** The tables: who may make them, where, and what does not fit into an index. */
import { CacheStoreError, postgresTables, PostgresStore } from 'temporal-activity-cache';
import type { NewEntry } from 'temporal-activity-cache/store';
import { freshDatabase, sql } from '../helpers/postgres';

const database = freshDatabase();
const opened: PostgresStore[] = [];
function open(url = database.url, schema?: string): PostgresStore {
  const store = new PostgresStore({ uri: url, schema });
  opened.push(store);
  return store;
}
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

const subject = {
  key: 'a'.repeat(64),
  scope: 'scope',
  namespace: 'namespace',
  activityType: 'activity',
  version: '1',
};
async function execute(
  store: PostgresStore,
  entry: Partial<NewEntry> = {},
): Promise<'stored' | 'superseded'> {
  const { ticket, now: startedAt } = await store.draw();
  return store.put({
    ...subject,
    tags: ['tag'],
    ticket,
    startedAt,
    durationMs: 1,
    header: 'header',
    data: Buffer.from('data'),
    ...entry,
  });
}
const errorOf = (answer: Promise<unknown>): Promise<CacheStoreError> =>
  answer.then(
    () => Promise.reject(new Error('it was no error')),
    (error: CacheStoreError) => error,
  );

/** Each operation there is, of the store and of the plain `Keyv`. */
async function useAll(store: PostgresStore): Promise<void> {
  expect(await execute(store)).toBe('stored');
  expect((await store.look(subject)).found?.header).toBe('header');
  await store.touch([subject.key]);
  for await (const { key } of store.entries({})) expect(key).toBe(subject.key);
  expect((await store.stats({})).entries).toBe(1);
  expect(await store.invalidate({ scope: 'scope', tag: 'tag' })).toEqual({ entries: 1 });
  expect(await store.invalidate({ scope: 'scope', olderThanMs: 0 })).toEqual({ entries: 0 });
  for (let more = true; more;) ({ more } = await store.prune({ maxBytes: 0 }));
  await store.note('name', 'text');
  expect(await store.claim('name', 'other')).toBe('text');
  expect(await store.notes('n')).toHaveLength(1);
  await store.note('name', undefined);
  expect((await store.about()).schema).toMatch(/, version 1$/);
  await store.set('key', 'value', 60_000);
  expect(await store.get('key')).toBe('value');
  await store.clear();
}

test('all is made at the first operation, not before', async () => {
  const store = open();
  const schemas = () =>
    sql(database.url, `SELECT nspname FROM pg_namespace WHERE nspname = 'activity_cache'`);
  expect(await schemas()).toEqual([]);
  await store.draw();
  expect(await schemas()).toHaveLength(1);
});

describe('a role', () => {
  const url = (role: string) => {
    const own = new URL(database.url);
    [own.username, own.password] = [role, 'secret'];
    return own.href;
  };
  const names: string[] = [];
  async function newRole(): Promise<string> {
    const name = `role_${process.pid}_${names.length}`;
    await sql(database.url, `CREATE ROLE ${name} LOGIN PASSWORD 'secret'`);
    names.push(name);
    return name;
  }
  afterAll(async () => {
    for (const name of names) {
      await sql(database.url, `DROP OWNED BY ${name} CASCADE`);
      await sql(database.url, `DROP ROLE ${name}`);
    }
  });

  /** All that a Worker's role needs. */
  const grants = (schema: string, role: string): string => `
    GRANT USAGE ON SCHEMA ${schema} TO ${role};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`;

  test('that may use the tables of an administrator, and no more, can do all that there is to do', async () => {
    const role = await newRole();
    for (let times = 0; times < 2; times++) await sql(database.url, postgresTables('administered'));
    await sql(database.url, grants('administered', role));
    await useAll(open(url(role), 'administered'));
  });

  test('that may create in the database makes all itself', async () => {
    const role = await newRole();
    await sql(database.url, `GRANT CREATE ON DATABASE ${new URL(database.url).pathname.slice(1)} TO ${role}`);
    await useAll(open(url(role), 'of_a_role'));
  });

  test('that may create in a schema, but none, makes its tables there', async () => {
    const role = await newRole();
    await sql(database.url, `CREATE SCHEMA given; GRANT ALL ON SCHEMA given TO ${role}`);
    await useAll(open(url(role), 'given'));
  });

  test.each([
    ['may make nothing', 'nothing', async () => {}],
    ['may not use the schema', 'unused', () => sql(database.url, postgresTables('unused'))],
  ])(
    'that %s gets an error that says what to grant, and goes on when that is done',
    async (_, schema, prepare) => {
      await prepare();
      const role = await newRole();
      const store = open(url(role), schema);
      const error = await errorOf(store.draw());
      expect(error).toBeInstanceOf(CacheStoreError);
      expect(error.message).toMatch(
        /^Postgres store lacks a right \[store=postgres:.*\]: permission denied for .*postgresTables\(\).*USAGE/,
      );
      expect(error.message).not.toContain('secret');
      await sql(database.url, postgresTables(schema));
      await sql(database.url, grants(schema, role));
      await useAll(store);
    },
  );

  test('whose password is wrong gets an error without it', async () => {
    const role = await newRole();
    const error = await errorOf(open(url(role).replace('secret', 'hunter2')).draw());
    expect(error.message).toMatch(/password authentication failed/);
    expect(error.message).not.toContain('hunter2');
  });
});

test('tables of a newer version: an error that says so, and leaves them as they are', async () => {
  const store = open(undefined, 'newer');
  await execute(store);
  await sql(database.url, 'UPDATE newer.schema_version SET version = 99');
  const late = open(undefined, 'newer');
  expect((await errorOf(late.draw())).message).toMatch(
    /^Cache tables are of a newer version \[store=.*, version=99, known=1\]\. Update temporal-activity-cache, or use another schema$/,
  );
  expect(await sql(database.url, 'SELECT version FROM newer.schema_version')).toEqual([{ version: 99 }]);
  await sql(database.url, 'UPDATE newer.schema_version SET version = 1');
  expect((await late.look(subject)).found?.header).toBe('header');
});

test('tables that somebody drops under running stores are made anew, and what began before is of no harm', async () => {
  const [store, other] = [open(), open()];
  await execute(store);
  const begun = await other.draw();
  await sql(database.url, 'DROP SCHEMA activity_cache CASCADE');
  const looks = await Promise.all([store, other, store, other].map((each) => each.look(subject)));
  for (const look of looks) {
    expect(look.found).toBe(undefined);
    expect((look as { ticket: number }).ticket).toBeGreaterThan(begun.ticket);
  }
  expect(await execute(store, { header: 'anew' })).toBe('stored');
  expect(
    await other.put({
      ...subject,
      tags: [],
      ...begun,
      startedAt: begun.now,
      durationMs: 1,
      header: 'old',
      data: Buffer.alloc(1),
    }),
  ).toBe('superseded');
  expect((await other.look(subject)).found?.header).toBe('anew');
});

test.each([
  'with space',
  'UPPER',
  `quo"te`,
  `apo'strophe`,
  'ünï-cödé 😀',
  'select',
  '$do$',
  '%_\\',
  'a.b',
  'x'.repeat(63),
])('a schema is a name: %s', async (schema) => {
  const store = open(undefined, schema);
  await useAll(store);
  const there = await sql(database.url, 'SELECT nspname FROM pg_namespace WHERE nspname = $1', [schema]);
  expect(there).toEqual([{ nspname: schema }]);
});

test.each(['', 'x'.repeat(64), 'ü'.repeat(32), 'a\0b', 'a\ud800'])(
  'a schema that cannot be one is refused at once: %j',
  (schema) => {
    expect(() => open(undefined, schema)).toThrow('Postgres: schema must be a name of 1 to 63 bytes');
  },
);

test('names of any length are kept, found, covered by floors, listed and counted', async () => {
  const store = open(undefined, 'long_names');
  const long = (name: string) =>
    name + Array.from({ length: 3_000 }, () => String.fromCharCode(33 + Math.random() * 90)).join('');
  const names = {
    scope: long('s').slice(0, 500),
    namespace: long('n'),
    activityType: long('a'),
    version: long('v'),
  };
  const { scope, namespace, activityType, version } = names;
  const tag = long('t');
  for (const filter of [
    { scope, tag },
    { scope, namespace, tag },
    { scope, activityType },
    { scope, namespace, version },
    { scope, activityType, version },
  ]) {
    expect(await execute(store, { ...names, tags: [tag] })).toBe('stored');
    expect((await store.stats(filter)).entries).toBe(1);
    for await (const entry of store.entries(filter)) expect(entry).toMatchObject({ ...names, tags: [tag] });
    expect(
      await store.invalidate({
        ...filter,
        ...('tag' in filter ? { tag: `${tag}!` } : { scope: `${scope}!` }),
      }),
    ).toEqual({ entries: 0 });
    expect(await store.invalidate(filter)).toEqual({ entries: 1 });
    expect(await store.look({ ...subject, ...names })).toMatchObject({ why: 'invalidated' });
  }
});

test('an entry that an administrator deletes takes its result along', async () => {
  const store = open();
  await execute(store);
  await sql(database.url, 'DELETE FROM activity_cache.entries');
  expect(await sql(database.url, 'SELECT FROM activity_cache.results')).toEqual([]);
  expect(await store.look(subject)).toMatchObject({ why: 'new' });
});

test('bytes that are gone are told: found, but without data; the next result heals', async () => {
  const store = open();
  await execute(store);
  await sql(database.url, 'DELETE FROM activity_cache.results');
  expect((await store.look(subject)).found).toMatchObject({ data: undefined });
  await execute(store, { header: 'healed' });
  expect((await store.look(subject)).found).toMatchObject({ header: 'healed', data: Buffer.from('data') });
});
