/** Postgres is stopped, restarted and hung under Workflows that run. */
import { DefaultLogger, MetricsBuffer, Runtime } from '@temporalio/worker';
import { cached, CachePlugin, cacheReport, PostgresStore } from 'temporal-activity-cache';
import { deferred } from '../helpers/deferred';
import { ownCluster, sql } from '../helpers/postgres';
import { spied } from '../helpers/spy-store';
import { type Around, withWorker } from '../helpers/temporal';

const cluster = ownCluster();
const metrics = new MetricsBuffer({ maxBufferSize: 100_000 });

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { metrics: { buffer: metrics } } });
});

/** The time that breakers go by is moved by hand. */
const hostsNow = Date.now;
let ahead = 0;
beforeEach(() => void jest.spyOn(Date, 'now').mockImplementation(() => hostsNow() + ahead));
afterEach(() => jest.restoreAllMocks());
/** Lets the time pass for which a store is left alone. */
const rest = () => void (ahead += 8_000);

const square = (...numbers: number[]) => numbers.map((x) => ({ type: 'square', args: [x] }));
const squares = (...numbers: number[]) => numbers.map((x) => x * x);

const newSquare = () => {
  const runs = { count: 0 };
  const body = async (x: number) => {
    runs.count++;
    return x * x;
  };
  return { runs, square: cached({ version: '1' }, body) };
};

async function statuses(start: Around['start'], ...numbers: number[]): Promise<string[]> {
  const handle = await start('sequence', square(...numbers));
  expect(await handle.result()).toEqual(squares(...numbers));
  return (await cacheReport(handle)).rows.map(({ status, why, reason }) =>
    [status, why, reason].filter(Boolean).join(' '),
  );
}

/** Calls again and again, as a store that was left alone is tried, until all are hits; the test's own time limit ends it. */
async function untilHits(start: Around['start'], ...numbers: number[]): Promise<void> {
  while ((await statuses(start, ...numbers)).some((status) => status !== 'hit')) rest();
}

/** What the metric has counted since this was asked last, by the value of one of its tags. */
function counted(): (metric: string, tag: string) => Record<string, number> {
  const updates = [...metrics.retrieveUpdates()];
  return (name, tag) => {
    const counts: Record<string, number> = {};
    for (const { metric, attributes, value } of updates) {
      const of = String(attributes[tag]);
      if (metric.name === name) counts[of] = (counts[of] ?? 0) + value;
    }
    return counts;
  };
}

test.each(['immediate', 'fast'] as const)(
  '50 Workflows run on while Postgres is stopped (%s) and started again: right answers, and hits afterwards',
  async (mode) => {
    const WORKFLOWS = 50;
    const patient = { startToCloseTimeout: '2 minutes' } as const;
    const gates = [0, 1].map(() => ({ arrived: 0, all: deferred(), open: deferred() }));
    const pause = async (at: number) => {
      const gate = gates[at]!;
      if (++gate.arrived === WORKFLOWS) gate.all.resolve();
      await gate.open.promise;
    };
    const store = new PostgresStore({ uri: cluster.url, schema: mode });
    const plugin = new CachePlugin({ store, storeTimeout: '1 second' });
    const { square: activity } = newSquare();
    counted();
    await withWorker(
      { activities: { square: activity, pause }, plugins: [plugin] },
      async ({ start, run }) => {
        const before = (i: number) => [i % 10];
        const during = (i: number) => [i % 10, 100 + i];
        const after = (i: number) => [100 + i, i % 7];
        const workflows = Array.from({ length: WORKFLOWS }, (_, i) =>
          run('sequence', [
            ...square(...before(i)),
            { type: 'pause', args: [0], options: patient },
            ...square(...during(i)),
            { type: 'pause', args: [1], options: patient },
            ...square(...after(i)),
          ]),
        );
        const all = Promise.all(workflows); // one that fails ends the test, which would wait for it
        await Promise.race([gates[0]!.all.promise, all]);
        counted();
        gates[0]!.open.resolve(); // calls are under way when it stops …
        await cluster.stop(mode);
        await Promise.race([gates[1]!.all.promise, all]); // … and while it is away …
        gates[1]!.open.resolve();
        rest();
        await cluster.start(); // … and when it comes back.
        const results = (await all) as unknown[][];
        expect(results.map((each) => each.filter((value) => value !== null))).toEqual(
          results.map((_, i) => squares(...before(i), ...during(i), ...after(i))),
        );
        const counts = counted();
        const requests = Object.values(counts('activity_cache_requests', 'status'));
        expect(requests.reduce((sum, each) => sum + each)).toBe(WORKFLOWS * 4);
        expect(counts('activity_cache_requests', 'status')).toMatchObject({ unstored: expect.any(Number) });
        expect(counts('activity_cache_store_errors', 'operation').look).toBeGreaterThanOrEqual(3);
        await untilHits(start, ...before(1), ...during(1), ...after(1));
      },
    );
    await plugin.close();
  },
  240_000,
);

test('while Postgres hangs, three calls wait for it, then one for each time that it is left alone; back, it serves hits', async () => {
  const { store, calls } = spied(new PostgresStore({ uri: cluster.url, schema: 'hangs' }));
  const plugin = new CachePlugin({ store, storeTimeout: 200 });
  const looks = () => calls.filter((call) => call === 'look').length;
  const { square: activity, runs } = newSquare();
  await withWorker({ activities: { square: activity }, plugins: [plugin] }, async ({ start }) => {
    await untilHits(start, 1, 2, 3);
    const lookedBefore = looks();
    const ranBefore = runs.count;
    const before = calls.length;
    await cluster.hang();
    const unstored = 'unstored lookup-failed store-error';
    expect(await statuses(start, 1, 2, 3, 1, 2)).toEqual(Array(5).fill(unstored));
    expect(looks()).toBe(lookedBefore + 3);
    for (const round of [1, 2, 3]) {
      rest();
      expect(await statuses(start, 1, 2, 3)).toEqual(Array(3).fill(unstored));
      expect(looks()).toBe(lookedBefore + 3 + round);
    }
    expect(runs.count).toBe(ranBefore + 14);
    expect(calls.slice(before)).not.toContain('draw'); // nothing else is waited for
    await cluster.resume();
    await untilHits(start, 1, 2, 3);
  });
  await plugin.close();
});

test('connections that hang are given up: others serve hits while they still hang', async () => {
  const uri = `${cluster.url}?application_name=given-up`;
  const limits = { max: 2, connectionTimeoutMillis: 1_000, query_timeout: 500 };
  const plugin = new CachePlugin({ store: new PostgresStore({ uri, schema: 'given_up', ...limits }), storeTimeout: 300 }); // prettier-ignore
  const { square: activity } = newSquare();
  const pids = async () =>
    (await sql(cluster.url, `SELECT pid FROM pg_stat_activity WHERE application_name = 'given-up'`)).map(({ pid }) => pid); // prettier-ignore
  await withWorker({ activities: { square: activity }, plugins: [plugin] }, async ({ start, run }) => {
    await untilHits(start, 1, 2);
    while ((await pids()).length < 2) await run('parallel', square(1, 2, 1, 2));
    const hung = await pids();
    await cluster.hang(...hung);
    expect(await statuses(start, 1, 2)).toContain('unstored lookup-failed store-error');
    // A call that is given up late takes idle connections with it, also a new one: then the next hit opens another.
    do await untilHits(start, 1, 2);
    while ((await pids()).every((pid) => hung.includes(pid)));
    await cluster.resume();
  });
  await plugin.close();
});

test("with onStoreError 'fail' attempts fail while Postgres is away, and the Workflow goes on once it is back", async () => {
  const store = new PostgresStore({ uri: cluster.url, schema: 'fails' });
  const plugin = new CachePlugin({ store, onStoreError: 'fail' });
  const { square: activity, runs } = newSquare();
  await withWorker({ activities: { square: activity }, plugins: [plugin] }, async ({ start }) => {
    await cluster.stop();
    const retry = { initialInterval: 50, backoffCoefficient: 1 };
    const handle = await start('sequence', [{ type: 'square', args: [3], options: { retry } }]);
    const failure = async () => (await handle.describe()).raw.pendingActivities?.[0]?.lastFailure;
    let failed = await failure();
    while (!failed) failed = await failure();
    expect(failed.applicationFailureInfo).toMatchObject({ type: 'CacheStoreError', nonRetryable: false });
    expect(runs.count).toBe(0);
    await cluster.start();
    while ((await handle.describe()).status.name === 'RUNNING') rest();
    expect(await handle.result()).toEqual([9]);
    expect((await cacheReport(handle)).rows).toMatchObject([{ status: 'stored', why: 'new' }]);
    expect(runs.count).toBe(1);
  });
  await plugin.close();
});
