/** The code of docs/production.md runs; the rights it grants are enough, and no more than enough. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { cached, CachePlugin, CacheStoreError, PostgresStore, postgresTables } from 'temporal-activity-cache';
import { mockActivityInterceptors } from 'temporal-activity-cache/testing';
import { createCache } from '../../examples/production/cache';
import { MockWorker } from '../helpers/mock';
import { freshDatabase, sql } from '../helpers/postgres';

const database = freshDatabase();
const grants = readFileSync(join(__dirname, '../../examples/production/grants.sql'), 'utf8');
const roles = ['cache_worker', 'cache_reader'];
const password = 'of the test';
const urlOf = (role: string): string =>
  Object.assign(new URL(database.url), { username: role, password }).href;

beforeAll(async () => {
  await sql(database.url, postgresTables());
  await sql(database.url, grants);
  for (const role of roles) await sql(database.url, `ALTER ROLE ${role} PASSWORD '${password}'`);
});
// Roles belong to the whole server; by now the database is dropped, and their rights in it.
afterAll(() => sql(process.env.TEST_POSTGRES_URL!, `DROP ROLE ${roles.join()}`));

const workerOf = (role: string) => {
  const f = cached({ version: '1', tags: ['t'], ttl: '1 day' }, async (x: number) => 'x'.repeat(x));
  return new MockWorker({ f }, { store: new PostgresStore({ uri: urlOf(role) }) });
};

test('the plugin of the page caches, with the rights of a Worker', async () => {
  const cache = createCache({ CACHE_DATABASE_URL: urlOf('cache_worker'), CACHE_SECRET: 'pepper' });
  const f = cached({ version: '1' }, async (x: number) => [x, Math.random()]);
  const env = new MockActivityEnvironment(
    { activityType: 'f' },
    { interceptors: mockActivityInterceptors(cache, { f }) },
  );
  expect(await env.run(f, 1)).toEqual(await env.run(f, 1));
  expect(await cache.invalidate({ all: true })).toEqual({ entries: 1 });
  await cache.close();
});

test('who has the rights of a Worker lists, invalidates, prunes and keeps notes', async () => {
  const worker = workerOf('cache_worker');
  for (const x of [1, 20_000, 1]) await worker.call('f', x);
  expect(worker.statuses).toEqual(['stored new', 'stored new', 'hit']);
  const { plugin } = worker;
  expect(await plugin.stats()).toMatchObject({ entries: 2, bytes: 3 + 20_002 });
  expect(await plugin.invalidate({ tag: 't' })).toEqual({ entries: 2 });
  expect(await plugin.invalidate({ olderThan: 0 })).toEqual({ entries: 0 });
  await worker.call('f', 1);
  expect(await plugin.prune({ maxBytes: 0 })).toMatchObject({ entries: 1 });
  expect(worker.warnings).toEqual([]);
  await plugin.close();
  const store = new PostgresStore({ uri: urlOf('cache_worker') });
  await store.note('worker/test', 'here');
  expect(await store.claim('test', 'first')).toBe('first');
  expect(await store.notes('worker/')).toHaveLength(1);
  expect(await store.about()).toMatchObject({ role: 'cache_worker' });
  await store.close();
});

test.each([
  'DROP TABLE activity_cache.entries',
  'TRUNCATE activity_cache.entries',
  'ALTER TABLE activity_cache.entries ADD COLUMN more text',
  'CREATE TABLE activity_cache.more(x text)',
  'CREATE SCHEMA more',
])('a Worker may not: %s', async (statement) => {
  await expect(sql(urlOf('cache_worker'), statement)).rejects.toThrow(/permission denied|must be owner/);
});

test('who only looks lists and counts, and can neither store nor invalidate nor prune', async () => {
  const writer = workerOf('cache_worker');
  await writer.call('f', 1);
  const reader = new CachePlugin({ store: new PostgresStore({ uri: urlOf('cache_reader') }) });
  expect(await reader.stats()).toMatchObject({ entries: 1 });
  const types: string[] = [];
  for await (const { activityType } of reader.entries()) types.push(activityType);
  expect(types).toEqual(['f']);
  for (const refused of [reader.invalidate({ all: true }), reader.prune({ maxBytes: 0 })]) {
    const error: unknown = await refused.catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CacheStoreError);
    expect((error as Error).message).toContain('permission denied');
  }
  await writer.call('f', 1);
  expect(writer.statuses).toEqual(['stored new', 'hit']);
  await Promise.all([reader.close(), writer.plugin.close()]);
});

test("the tables' statements may be run again, after an update or by mistake, and change nothing that is there", async () => {
  const worker = workerOf('cache_worker');
  await worker.call('f', 7);
  await sql(database.url, postgresTables());
  await worker.call('f', 7);
  expect(worker.statuses).toEqual(['stored new', 'hit']);
  await worker.plugin.close();
});
