/** `access: 'read'` on Postgres: a role with SELECT alone is enough, and nothing is made. */
import { cached, CachePlugin, CacheReadOnlyError, PostgresStore } from 'temporal-activity-cache';
import { openStoreAt } from '../../src/cli/store';
import { run } from '../helpers/cli/run';
import { MockWorker } from '../helpers/mock';
import { freshDatabase, sql } from '../helpers/postgres';

const database = freshDatabase();
const role = `select_only_${process.pid}`;
const SCHEMA = 'activity_cache';

const urlAs = (username: string) =>
  Object.assign(new URL(database.url), { username, password: 'of the test' }).href;

beforeAll(() => sql(database.url, `CREATE ROLE ${role} LOGIN PASSWORD 'of the test'`));
afterAll(() => sql(process.env.TEST_POSTGRES_URL!, `DROP ROLE ${role}`));
afterEach(() => sql(database.url, `DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`));

const workerOf = (url: string, access?: 'read') => {
  const f = cached({ version: '1', tags: ['t'] }, async (x: number) => (access === 'read' ? -x : x));
  return new MockWorker({ f }, { store: url, access });
};

/** Some results, and rights to read them. */
async function written(...numbers: number[]): Promise<MockWorker> {
  const writer = workerOf(database.url);
  for (const x of numbers) await writer.call('f', x);
  await sql(database.url, `GRANT USAGE ON SCHEMA ${SCHEMA} TO ${role}`);
  await sql(database.url, `GRANT SELECT ON ALL TABLES IN SCHEMA ${SCHEMA} TO ${role}`);
  return writer;
}

const schemas = () => sql(database.url, `SELECT FROM pg_namespace WHERE nspname = '${SCHEMA}'`);

/** All rows, and the ticket that was drawn last. */
const content = async () => {
  const rows = ['entries', 'results', 'floors', 'notes'].map(
    (table) => `SELECT t::text FROM ${SCHEMA}.${table} t`,
  );
  const all = [...rows, `SELECT last_value FROM ${SCHEMA}.tickets`];
  return Promise.all(all.map((text) => sql(database.url, text)));
};

test('a role that may only SELECT has hits, and its misses change nothing', async () => {
  const writer = await written(1, 2);
  await writer.plugin.close();
  for (const refused of [`SELECT nextval('${SCHEMA}.tickets')`, `DELETE FROM ${SCHEMA}.entries`])
    await expect(sql(urlAs(role), refused)).rejects.toThrow('permission denied');
  const before = await content();
  const reader = workerOf(urlAs(role), 'read');
  const values = [await reader.call('f', 1), await reader.call('f', 3), await reader.call('f', 2)];
  expect(values).toEqual([1, -3, 2]);
  expect(reader.statuses).toEqual(['hit', 'unstored new readonly', 'hit']);
  expect(await reader.plugin.stats()).toMatchObject({ entries: 2 });
  await expect(reader.plugin.invalidate({ tag: 't' })).rejects.toThrow(CacheReadOnlyError);
  await expect(reader.plugin.prune()).rejects.toThrow(CacheReadOnlyError);
  expect(reader.warnings).toEqual([]);
  await reader.plugin.close();
  expect(await content()).toEqual(before);
});

test('it does not find what is invalidated, and says so', async () => {
  const writer = await written(1);
  const reader = workerOf(urlAs(role), 'read');
  await reader.call('f', 1);
  await writer.plugin.invalidate({ tag: 't' });
  await reader.call('f', 1);
  expect(reader.statuses).toEqual(['hit', 'unstored invalidated readonly']);
  await Promise.all([writer.plugin.close(), reader.plugin.close()]);
});

test('a role that may write writes nothing either', async () => {
  const writer = await written(1);
  await writer.plugin.close();
  const before = await content();
  const reader = workerOf(database.url, 'read');
  for (const x of [1, 3]) await reader.call('f', x);
  await reader.plugin.close();
  expect(await content()).toEqual(before);
});

test('where there are no tables calls miss, and none are made; once they are there, they are read', async () => {
  const reader = workerOf(database.url, 'read');
  expect(await reader.call('f', 1)).toBe(-1);
  expect(await reader.plugin.stats()).toMatchObject({ entries: 0 });
  for await (const entry of reader.plugin.entries()) expect(entry).toBeUndefined();
  expect(await schemas()).toEqual([]);
  const writer = await written(1);
  expect(await reader.call('f', 1)).toBe(1);
  expect(reader.statuses).toEqual(['unstored new readonly', 'hit']);
  expect(reader.warnings).toEqual([]);
  await Promise.all([writer.plugin.close(), reader.plugin.close()]);
});

test('a role without the right to read is told which rights it needs, and its Activities run', async () => {
  const writer = await written(1);
  await writer.plugin.close();
  await sql(database.url, `REVOKE SELECT ON ALL TABLES IN SCHEMA ${SCHEMA} FROM ${role}`);
  const reader = workerOf(urlAs(role), 'read');
  expect(await reader.call('f', 1)).toBe(-1);
  expect(reader.statuses).toEqual(['unstored lookup-failed readonly']);
  await expect(reader.plugin.stats()).rejects.toThrow(
    /grants its role USAGE on the schema, and SELECT on its tables$/,
  );
  await reader.plugin.close();
});

test('a store with a pool of the user’s leaves the pool open', async () => {
  const { Pool } = await import('pg');
  const pool = new Pool({ connectionString: database.url });
  const plugin = new CachePlugin({ store: new PostgresStore({ pool }), access: 'read' });
  expect(await plugin.stats()).toMatchObject({ entries: 0 });
  await plugin.close();
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});

describe('the command line', () => {
  const onPostgres = (line: string, url = database.url) =>
    run(`${line} --store ${url}`, { openStore: openStoreAt });

  test.each([
    ['ls', '', 0],
    ['ls --json', '[]\n', 0],
    ['stats', '', 0],
    ['stats --json', expect.stringContaining('"entries": 0'), 0],
    ['show abc', '', 1],
  ])('`%s` makes no tables, and says that there are none', async (line, out, code) => {
    const seen = await onPostgres(line);
    expect(seen).toMatchObject({ code, out });
    expect(seen.err).toMatch(
      /there are no tables in postgres:.*; a Worker makes the tables at its first cached call\n$/,
    );
    expect(await schemas()).toEqual([]);
  });

  test('what it lists, counts and shows needs no right but SELECT', async () => {
    const writer = await written(1);
    await writer.plugin.close();
    const listed = JSON.parse((await onPostgres('ls --json', urlAs(role))).out) as { key: string }[];
    expect(listed).toHaveLength(1);
    expect((await onPostgres('stats', urlAs(role))).out).toMatch(/^f +1 /m);
    expect((await onPostgres(`show ${listed[0]!.key} --value`, urlAs(role))).out).toBe('1\n');
  });
});
