/** How many connections a store has, and how long it waits for one. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
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
  const store = new PostgresStore({ uri: url, connectionTimeoutMillis: 2_000 });
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

test('the limits of a pool may be in the URL', async () => {
  const named = new URL(database.url);
  named.search = 'max=2&application_name=two';
  const store = new PostgresStore({ uri: named.href });
  await Promise.all(Array.from({ length: 6 }, () => store.query('SELECT pg_sleep(0.05)')));
  const backends = await sql(database.url, "SELECT pid FROM pg_stat_activity WHERE application_name = 'two'");
  expect(backends).toHaveLength(2);
  await store.close();
});

/** A way to the server on which each connection takes so long. */
async function slowWay(ms: number): Promise<{ url: string; close: () => void }> {
  const open: Socket[] = [];
  const pass = (socket: Socket) => {
    if (socket.destroyed) return;
    const on = connect(Number(new URL(database.url).port), '127.0.0.1');
    socket.pipe(on).pipe(socket);
    on.on('error', () => undefined);
    open.push(on);
  };
  const server = createServer((socket) => {
    socket.on('error', () => undefined); // the store may have given up
    open.push(socket);
    setTimeout(pass, ms, socket).unref();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const way = new URL(database.url);
  way.port = String((server.address() as AddressInfo).port);
  const close = () => {
    for (const socket of open) socket.destroy();
    server.close();
  };
  return { url: way.href, close };
}

test('two seconds are usual, where nobody says more', async () => {
  const way = await slowWay(4_000);
  const store = new PostgresStore({ uri: way.url });
  await expect(store.draw()).rejects.toThrow('connection timeout');
  await store.close();
  way.close();
});

test.each([
  ['which the URL shortens', '?connectionTimeoutMillis=100', '1 minute', 'unstored'],
  ['at most as long as a call may wait for the store', '', '1 second', 'unstored'],
  ['longer than any timer of Node', '?connect_timeout=2147483647', '1 minute', 'stored new'],
  ['that long, if that is longer than usual', '', '1 minute', 'stored new'],
] as const)('a connection has a limit: %s', async (_, parameters, storeTimeout, status) => {
  const way = await slowWay(2_500);
  const worker = new MockWorker(
    { f: cached('auto', async (x: string) => x) },
    { store: `${way.url}${parameters}`, storeTimeout },
  );
  expect(await worker.call('f', parameters)).toBe(parameters);
  expect(worker.statuses[0]).toContain(status);
  way.close();
});
