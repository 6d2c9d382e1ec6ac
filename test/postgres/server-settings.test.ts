/** Whatever a database or a role is set to, and whatever the schema is called. */
import { PostgresStore } from 'temporal-activity-cache';
import type { Subject } from 'temporal-activity-cache/store';
import { freshDatabase, sql } from '../helpers/postgres';

const database = freshDatabase();

const subject: Subject = {
  key: 'a'.repeat(64),
  scope: 'scope',
  namespace: 'namespace',
  activityType: 'activity',
  version: '1',
};

async function set(name: string, value: string): Promise<void> {
  await sql(
    database.url,
    `ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET ${name} = '${value}'`,
  );
}

const stores: PostgresStore[] = [];
afterEach(() => Promise.all(stores.splice(0).map((store) => store.close())));
afterEach(() => sql(database.url, `ALTER DATABASE ${new URL(database.url).pathname.slice(1)} RESET ALL`));

function open(schema: string): PostgresStore {
  const store = new PostgresStore({ uri: database.url, schema });
  stores.push(store);
  return store;
}

const DATA = Buffer.from([0, 1, 39, 92, 128, 255]);
const TAGS = [`"\\{},NULL'`, 'NULL', '{}', ' '];

async function put(store: PostgresStore): Promise<number> {
  const { ticket, now } = await store.draw();
  const entry = { ...subject, tags: TAGS, ticket, startedAt: now, durationMs: 1, header: '\\x', data: DATA };
  expect(await store.put(entry)).toBe('stored');
  return ticket;
}

test.each([
  ['extra_float_digits', '0'],
  ['bytea_output', 'escape'],
  ['standard_conforming_strings', 'off'],
  ['timezone', 'Asia/Kathmandu'],
  ['datestyle', 'SQL, DMY'],
  ['default_transaction_isolation', 'serializable'],
])('with %s = %s, tickets are told apart and entries come back as they were', async (name, value) => {
  await set(name, value);
  const store = open(`set_${name}_${value.length}`);
  const drawn: number[] = [];
  for (let i = 0; i < 12; i++) drawn.push((await store.draw()).ticket);
  expect(drawn).toEqual(drawn.map((_, i) => drawn[0]! + i));

  const ticket = await put(store);
  const { found, now } = await store.look(subject);
  expect(found).toMatchObject({ ticket, header: '\\x' });
  expect(Buffer.from(found!.data!)).toEqual(DATA);
  expect(Math.abs(now - Date.now())).toBeLessThan(600_000); // the server is of this machine
  for await (const entry of store.entries({})) expect(entry).toMatchObject({ ticket, tags: TAGS });

  expect(await store.invalidate({ scope: 'scope', tag: TAGS[0] })).toEqual({ entries: 1 });
  const looked = await store.look(subject);
  expect(looked).toMatchObject({ why: 'invalidated' });
  expect((looked as { ticket: number }).ticket).toBeGreaterThan(ticket + 1);
});

test.each([`it's "quoted"`, 'back\\slash', `'; DROP TABLE things; --`])(
  'a schema called %s',
  async (schema) => {
    for (const strings of ['on', 'off']) {
      await set('standard_conforming_strings', strings);
      const store = open(schema);
      const ticket = await put(store);
      expect((await store.look(subject)).found).toMatchObject({ ticket });
      expect(await store.invalidate({ scope: 'scope', activityType: 'activity' })).toEqual({ entries: 1 });
      expect(await store.about()).toMatchObject({ PostgreSQL: expect.any(String) });
    }
    const schemas = await sql(database.url, 'SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
    expect(schemas).toHaveLength(1);
  },
);

test.each<[string, (store: PostgresStore) => Promise<unknown>]>([
  ['look', (store) => store.look(subject)],
  ['draw', (store) => store.draw()],
  ['put', put],
  ['invalidate', (store) => store.invalidate({ key: subject.key })],
  ['prune', (store) => store.prune({})],
  ['stats', (store) => store.stats({})],
  ['notes', (store) => store.notes('')],
  ['about', (store) => store.about()],
])(
  'the schema is dropped under a connection that knows it: %s works, and draws above',
  async (_name, use) => {
    const store = open('dropped');
    const before = await put(store);
    await store.look(subject);
    await sql(database.url, 'DROP SCHEMA dropped CASCADE');
    await use(store);
    expect((await store.draw()).ticket).toBeGreaterThan(before);
    expect(await put(store)).toBeGreaterThan(before);
  },
);
