/** What may befall a server, and what becomes of a store that lives through it: an error in bounded time, and then it goes on. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Keyv } from 'keyv';
import pg from 'pg';
import { type PostgresOptions, PostgresStore } from 'temporal-activity-cache';
import { ownCluster, sql } from '../helpers/postgres';

const cluster = ownCluster();
const opened: PostgresStore[] = [];
function open(options: Partial<PostgresOptions> = {}): PostgresStore {
  const timeouts = { connectionTimeoutMillis: 500, query_timeout: 500 };
  const store = new PostgresStore({ uri: cluster.url, ...timeouts, ...options } as PostgresOptions);
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
const backendOf = async (store: PostgresStore): Promise<number> =>
  ((await store.query('SELECT pg_backend_pid() AS pid')) as { pid: number }[])[0]!.pid;
const TOO_LATE = /Query read timeout|timeout expired|connection timeout|timeout exceeded/;
const works = async (store: PostgresStore) => expect((await store.draw()).ticket).toBeGreaterThan(0);

/** Of the calls after a restart, one may still fail for each connection there was. */
async function worksAgain(store: PostgresStore): Promise<void> {
  let failure: unknown;
  for (let call = 0; call < 5; call++) {
    try {
      return await works(store);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** Until all of them are connected, and idle. */
async function withIdleConnections(store: PostgresStore): Promise<void> {
  await works(store);
  await Promise.all(Array.from({ length: 4 }, () => store.query('SELECT pg_sleep(0.05)')));
}

test.each(['fast', 'immediate'] as const)(
  'a %s restart is told, ends nothing, and the next call works',
  async (mode) => {
    const store = open();
    const keyv = new Keyv({ store, throwOnErrors: true });
    const [adapterTold, keyvTold] = [once(store, 'error'), new Promise((told) => keyv.on('error', told))];
    await withIdleConnections(store);
    await keyv.set('key', 'kept');
    await cluster.restart(mode);
    await adapterTold;
    expect(await keyvTold).toBeInstanceOf(Error);
    await works(store);
    expect(await keyv.get('key')).toBe('kept');
  },
);

test.each(['fast', 'immediate'] as const)(
  'a %s restart ends nothing where nobody listens either',
  async (mode) => {
    const pool = new pg.Pool({ connectionString: cluster.url });
    const [store, ofPool] = [open(), open({ pool, uri: undefined })];
    for (const each of [store, ofPool]) await withIdleConnections(each);
    const idle = once(pool, 'error');
    await cluster.restart(mode);
    await idle;
    await works(store);
    await works(ofPool);
    await ofPool.close();
    await pool.end();
  },
);

test('what waits for an answer when the server ends gets an error', async () => {
  const store = open({ query_timeout: 0 });
  await works(store);
  const answer = store.query('SELECT pg_sleep(600)').then(
    () => 'an answer',
    (error: Error) => error.message,
  );
  const sleeps = `SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active' AND pid <> pg_backend_pid()`;
  while ((await store.query(sleeps)).length === 0);
  await cluster.restart('immediate');
  expect(await answer).toMatch(/terminated unexpectedly|terminating connection|ECONNRESET/);
  await worksAgain(store);
});

test('a server that is down when the store is made: an error, at each call, until it is up', async () => {
  await cluster.stop();
  const store = open({ schema: 'made_while_down' });
  for (let call = 0; call < 3; call++) await expect(store.look(subject)).rejects.toThrow('ECONNREFUSED');
  await cluster.start();
  expect(await store.look(subject)).toMatchObject({ why: 'new' });
});

test('a server that goes down refuses, and is found again when it is back', async () => {
  const store = open();
  await works(store);
  await cluster.stop();
  await expect(store.draw()).rejects.toThrow(/ECONNREFUSED|terminat|ECONNRESET/);
  await expect(store.draw()).rejects.toThrow('ECONNREFUSED');
  await cluster.start();
  await works(store);
});

test('a backend that hangs: an error in time, and the next call takes another', async () => {
  const store = open({ max: 1 });
  await works(store);
  const pid = await backendOf(store);
  await cluster.hang(pid);
  await expect(store.draw()).rejects.toThrow(TOO_LATE);
  await works(store);
  expect(await backendOf(store)).not.toBe(pid);
});

test('backends that hang, as many as there are: one error in time, and the next call takes none of them', async () => {
  const store = open({ application_name: 'many' });
  await withIdleConnections(store);
  const rows = await sql(cluster.url, `SELECT pid FROM pg_stat_activity WHERE application_name = 'many'`);
  expect(rows.length).toBeGreaterThan(2);
  await cluster.hang(...rows.map(({ pid }) => pid as number));
  await expect(store.draw()).rejects.toThrow(TOO_LATE);
  await works(store);
});

test('a postmaster that hangs: who is connected works, who is not gets an error in time', async () => {
  const [connected, late] = [
    open({ max: 1 }),
    open({ connectionTimeoutMillis: undefined, query_timeout: undefined }),
  ];
  await works(connected);
  await cluster.hang(cluster.pid);
  await works(connected);
  await expect(late.draw()).rejects.toThrow(TOO_LATE);
  await cluster.resume();
  await works(late);
});

test('a server that hangs altogether: an error in time at each call; when it goes on, so does the store', async () => {
  const store = open({ max: 2 });
  await withIdleConnections(store);
  await cluster.hang();
  for (let call = 0; call < 4; call++) await expect(store.look(subject)).rejects.toThrow(TOO_LATE);
  await cluster.resume();
  await works(store);
});

test('a pool of the user with no time limits: an error in time all the same', async () => {
  const pool = new pg.Pool({ connectionString: cluster.url, max: 1 });
  const store = open({ pool, uri: undefined });
  await works(store);
  await cluster.hang(await backendOf(store));
  await expect(store.draw()).rejects.toThrow(TOO_LATE);
  await works(store);
  await store.close();
  await pool.end();
});

test('closing waits for no server that hangs', async () => {
  const store = open();
  await withIdleConnections(store);
  await cluster.hang();
  const draw = store.draw();
  await store.close();
  await expect(draw).rejects.toThrow(Error);
});

test('a server that is slow, held up by a lock: an error in time; when the lock is gone, all is well', async () => {
  const store = open();
  await works(store);
  const client = new pg.Client({ connectionString: cluster.url });
  await client.connect();
  await client.query('BEGIN; LOCK TABLE activity_cache.entries');
  await expect(store.look(subject)).rejects.toThrow(TOO_LATE);
  await works(store); // a ticket needs no entries
  await client.query('ROLLBACK');
  await client.end();
  expect(await store.look(subject)).toMatchObject({ why: 'new' });
});

test('a server that takes no more connections refuses', async () => {
  await open().query(`CREATE ROLE few LOGIN PASSWORD 'few' CONNECTION LIMIT 0`);
  const url = new URL(cluster.url);
  [url.username, url.password] = ['few', 'few'];
  await expect(open({ uri: url.href }).draw()).rejects.toThrow('too many connections');
});

test('a store that is not closed keeps no process alive', async () => {
  const child = fork(join(__dirname, 'idle-process.ts'), [cluster.url], { execArgv: ['--import', 'tsx'] });
  expect(await once(child, 'exit')).toEqual([0, null]);
});
