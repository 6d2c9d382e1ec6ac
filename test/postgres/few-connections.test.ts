/** A server that gives fewer connections than the store may have. */
import pg from 'pg';
import { cached, PostgresStore } from 'temporal-activity-cache';
import { MockWorker } from '../helpers/mock';
import { freshDatabase, sql } from '../helpers/postgres';
import { until } from '../helpers/until';

const database = freshDatabase();
const role = `few_${process.pid}`;
let url: string;
beforeAll(async () => {
  await sql(database.url, `CREATE ROLE ${role} LOGIN PASSWORD 'secret' CONNECTION LIMIT 2`);
  await sql(database.url, `GRANT CREATE ON DATABASE ${new URL(database.url).pathname.slice(1)} TO ${role}`);
  const own = new URL(database.url);
  [own.username, own.password] = [role, 'secret'];
  url = own.href;
});
afterAll(() => sql(process.env.TEST_POSTGRES_URL!, `DROP ROLE ${role}`)); // its database is gone by then

test('40 calls at once, and 2 connections where 16 are allowed: all are stored, and then all hit', async () => {
  const store = new PostgresStore({ uri: url });
  let runs = 0;
  const worker = new MockWorker(
    { f: cached('auto', async (i: number) => i + runs++ * 0) },
    { store, storeTimeout: '1 minute' },
  );
  const round = () => Promise.all(Array.from({ length: 40 }, (_, i) => worker.call('f', i)));
  for (let times = 0; times < 3; times++)
    expect(await round()).toEqual(Array.from({ length: 40 }, (_, i) => i));
  expect(runs).toBe(40);
  expect(worker.statuses.slice(0, 40)).toEqual(Array(40).fill('stored new'));
  expect(worker.statuses.slice(40)).toEqual(Array(80).fill('hit'));
  await store.close();
});

test('where others have them all, the error says so; when they are free, all is well', async () => {
  const store = new PostgresStore({ uri: url, connectionTimeoutMillis: 300 });
  const others = [new pg.Client({ connectionString: url }), new pg.Client({ connectionString: url })];
  for (const other of others) await other.connect();
  await expect(store.draw()).rejects.toThrow(/too many connections/);
  for (const other of others) await other.end();
  // A server takes a moment to see that a connection has ended.
  await until(() =>
    store.draw().then(
      ({ ticket }) => ticket > 0,
      () => false,
    ),
  );
  await store.close();
});
