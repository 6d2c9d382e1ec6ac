/** The command line on Postgres. */
import { PostgresStore } from 'temporal-activity-cache';
import type { Check } from '../../src/cli/doctor/check';
import { openStoreAt } from '../../src/cli/store';
import { seed } from '../helpers/cli/entries';
import { run } from '../helpers/cli/run';
import { freshDatabase, sql } from '../helpers/postgres';

const database = freshDatabase();

beforeEach(async () => {
  const store = new PostgresStore({ uri: database.url });
  await store.invalidate({ scope: '' });
  await seed(store, { activityType: 'a', input: '1', value: 'one' });
  for (let i = 0; i < 300; i++) await seed(store, { activityType: 'b', input: `${i}`, tags: ['t'] });
  await store.close();
});

const onPostgres = (line: string, url = database.url) =>
  run(`${line} --store ${url}`, { openStore: openStoreAt });

async function examine(url = database.url) {
  const { code, out } = await onPostgres('doctor --json', url);
  expect(out).not.toContain('secret');
  const checks = JSON.parse(out) as Check[];
  return { code, failed: checks.filter(({ status }) => status === 'failed') };
}

test('lists, shows, counts, forgets and prunes there as anywhere', async () => {
  const listed = JSON.parse((await onPostgres('ls --json')).out) as { key: string }[];
  expect(listed).toHaveLength(301);
  expect((await onPostgres(`show ${listed.at(-1)!.key.slice(0, 12)} --value`)).out).toBe('"one"\n');
  expect((await onPostgres('stats')).out).toMatch(/^b +300 /m);
  expect((await onPostgres('rm --tag t')).out).toMatch(/^Forgot 300 entries, /);
  expect(JSON.parse((await onPostgres('ls --json')).out)).toHaveLength(1);
  expect(await onPostgres('prune')).toMatchObject({ code: 0, out: 'Freed 0 entries, 0 B.\n' });
});

test('a database that is well: no check fails', async () => {
  expect(await examine()).toEqual({ code: 0, failed: [] });
});

const withUrl = (change: (url: URL) => void): string => {
  const url = new URL(database.url);
  change(url);
  return url.href;
};

test.each<[string, () => string, RegExp]>([
  ['nobody answers', () => 'postgres://postgres:secret@127.0.0.1:1/cache', /^start it, or correct the URL/],
  [
    'there is no such host',
    () => 'postgres://postgres:secret@nowhere.invalid/cache',
    /^start it, or correct the URL/,
  ],
  [
    'there is no such database',
    () => withUrl((url) => (url.pathname = '/never_made')),
    /^create the database/,
  ],
])('where %s: one line for people, and how to fix it', async (_name, url, fix) => {
  const seen = await onPostgres('ls', url());
  expect(seen).toMatchObject({ code: 1, out: '' });
  expect(seen.err).toMatch(/^activity-cache: Store entries failed \[store=postgres:.*; .*\n$/);
  expect(seen.err.split('; ').at(-1)).toMatch(fix);
  expect(seen.err).not.toContain('secret');
  const { code, failed } = await examine(url());
  expect(code).toBe(1);
  expect(failed).toEqual([
    expect.objectContaining({
      name: 'store',
      seen: expect.stringMatching(/^postgres:\/\//),
      fix: expect.stringMatching(fix),
    }),
  ]);
});

test('where this user may only read: what it may is told, and who can fix it', async () => {
  const role = `reader_${process.pid}`;
  await sql(database.url, `CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
  try {
    await sql(database.url, `GRANT USAGE ON SCHEMA activity_cache TO ${role}`);
    await sql(database.url, `GRANT SELECT ON ALL TABLES IN SCHEMA activity_cache TO ${role}`);
    const reader = withUrl((url) => Object.assign(url, { username: role, password: 'secret' }));
    expect(JSON.parse((await onPostgres('ls --json', reader)).out)).toHaveLength(301);
    const { code, failed } = await examine(reader);
    expect(code).toBe(1);
    expect(failed).toEqual([
      expect.objectContaining({
        name: 'permissions',
        seen: expect.stringMatching(/may not .*write.*: permission denied/),
        fix: expect.stringMatching(/^give this user the right/),
      }),
    ]);
  } finally {
    await sql(database.url, `DROP OWNED BY ${role}`);
    await sql(database.url, `DROP ROLE ${role}`);
  }
});
