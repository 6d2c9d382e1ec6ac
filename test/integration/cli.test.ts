/** The command line against a real server, as the process that people start. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import {
  cacheContext,
  cached,
  cachedAll,
  CachePlugin,
  cacheReport,
  SqliteStore,
} from 'temporal-activity-cache';
import { ReservationCalls } from '../../src/reservation/caller/reservation-client';
import type { OpenReservation } from '../../src/reservation/host/open';
import { reservationId, reservationQueue } from '../../src/wire/reservation';
import { IDENTITY } from '../../src/wire/names';
import { deferred } from '../helpers/deferred';
import { endsOf, newStore, reservationOf, withSerialized } from '../helpers/serialized';
import { address, bundle, withWorker } from '../helpers/temporal';

const folder = mkdtempSync(join(tmpdir(), 'cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const program = [join(__dirname, '../../lib/cli/bin.js')];

async function activityCache(args: string[], env: NodeJS.ProcessEnv = {}) {
  const options = { env: { ...process.env, NODE_NO_WARNINGS: '1', ...env } };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...program, ...args], options);
  return { out: stdout, err: stderr };
}

test('what a Worker stored is listed, reported, found well, forgotten, and computed anew', async () => {
  const store = `sqlite:${join(folder, 'cache.db')}`;
  const activities = cachedAll('auto', {
    double: async (x: number) => x * 2,
    tell: cached('disable', async () => 'told'),
  });
  const plugins = [new CachePlugin({ store })];
  const workflowBundle = await bundle({ plugins: [...plugins] });
  await withWorker({ activities, workflowBundle, plugins: [...plugins] }, async ({ start, taskQueue }) => {
    const steps = [{ type: 'double', args: [21] }, { type: 'double', args: [21] }, { type: 'tell' }];
    const handle = await start('sequence', steps);
    await handle.result();
    const env = { TEMPORAL_ADDRESS: address(), ACTIVITY_CACHE_STORE: store };

    const { rows, totals } = await cacheReport(handle);
    const asJson = await activityCache(['report', handle.workflowId, '--json'], env);
    expect(JSON.parse(asJson.out)).toEqual({ rows, totals });
    const given = [
      '--address',
      address(),
      '--namespace',
      'default',
      '--run-id',
      (await handle.describe()).runId,
    ];
    const told = await activityCache(['report', handle.workflowId, ...given]);
    expect(told.out).toMatch(/^double +2 +hit +stored \d+ s before /m);
    expect(told.out).toContain('1 of 3 calls came from the cache (hit rate 50 %)');

    const listed = JSON.parse((await activityCache(['ls', '--json'], env)).out) as { key: string }[];
    expect(listed).toMatchObject([{ key: rows[0]!.key, activityType: 'double', namespace: 'default' }]);
    expect((await activityCache(['show', rows[0]!.key.slice(0, 12), '--value'], env)).out).toBe('42\n');

    const { out } = await activityCache(['doctor', '--json'], env);
    const checks = JSON.parse(out) as { name: string; status: string; seen: string }[];
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(checks.find(({ name }) => name === 'workers')?.seen).toContain(taskQueue);
    expect(checks.find(({ name }) => name === 'temporal')?.seen).toContain(`${address()} answers, version `);

    expect((await activityCache(['rm', '--activity', 'double'], env)).out).toMatch(/^Forgot 1 entry, /);
    const again = await start('sequence', steps.slice(0, 1));
    await again.result();
    expect((await cacheReport(again)).rows).toMatchObject([{ status: 'stored', why: 'invalidated' }]);
  });
});

const seenIn = (out: string, name: string) =>
  (JSON.parse(out) as { name: string; status: string; seen: string }[]).find((check) => check.name === name);

test('who computes what and how many wait for it is listed while it lasts, and not afterwards', async () => {
  const plugin = { store: newStore() };
  const env = { TEMPORAL_ADDRESS: address(), ACTIVITY_CACHE_STORE: plugin.store };
  const open = deferred();
  const begun = deferred<string>();
  const body = async () => {
    begun.resolve(cacheContext()!.key);
    await Promise.race([open.promise, Context.current().cancelled]);
    return 'value';
  };
  await withSerialized(body, { plugin }, async ({ call, taskQueue, client, plugin }) => {
    const handles = await call(3);
    const reservation = await reservationOf(client, plugin, await begun.promise);
    while ((await reservation.describe()).memo?.waiting !== 2);
    let found: OpenReservation[] = [];
    while (found.length === 0) {
      const { out } = await activityCache(['reservations', '--json'], env);
      found = JSON.parse(out) as OpenReservation[];
    }
    expect(found).toEqual([
      expect.objectContaining({ activityType: 'f', scope: '', holders: 1, round: 1, waiting: 2 }),
    ]);
    const holder = handles.find(({ workflowId }) => found[0]!.holder.startsWith(`${workflowId}/`));
    expect(holder).toBeDefined();
    const { out } = await activityCache(['reservations'], env);
    expect(out.split('\n')[1]).toMatch(
      new RegExp(`^${found[0]!.key.slice(0, 12)} +f +${holder!.workflowId} 1 +\\d+ s +2 +1 +goes on$`),
    );
    const examined = await activityCache(['doctor', '--json'], env);
    expect(seenIn(examined.out, 'reservations')).toMatchObject({ status: 'ok', seen: '1 open, 2 waiting' });
    expect(seenIn(examined.out, 'workers')?.seen).toContain(taskQueue);

    open.resolve();
    await endsOf(handles);
    await reservation.result();
    expect((await activityCache(['reservations', '--json'], env)).out).toBe('[]\n');
  });
});

test('open runs that have looked up are reported on by their rows, and doctor counts them until they are closed', async () => {
  const store = newStore();
  const plugin = new CachePlugin({ store });
  const type = `f-${randomUUID()}`;
  const activities = { [type]: cached('auto', async (x: number) => x) };
  const workflowBundle = await bundle({ plugins: [plugin] });
  const seen = async () => {
    const { out } = await activityCache(['doctor', '--json', '--address', address(), '--store', store]);
    return seenIn(out, 'lookups')!;
  };
  await withWorker({ activities, workflowBundle, plugins: [plugin] }, async ({ start }) => {
    const step = { type, args: [1], options: { cache: true } };
    const handle = await start('thenWait', [step, step]);
    let found = await seen();
    while (!found.seen.includes(type)) found = await seen();
    expect(found).toMatchObject({
      status: 'ok',
      seen: expect.stringMatching(/^1 open run has looked up, .*; what: f-[^,]+$/), // whatever else is on this server
    });
    const other = new SqliteStore(newStore().replace('sqlite:', ''));
    await other.note('unrelated', '');
    await other.close();
    const ofOther = await activityCache(['doctor', '--json', '--address', address(), '--store', other.name]);
    expect(seenIn(ofOther.out, 'lookups')).toMatchObject({ status: 'warning' });
    expect(ofOther.out).not.toContain(type);
    const { out } = await activityCache(['report', handle.workflowId, '--address', address()]);
    expect(out).toMatch(
      new RegExp(
        `^${type.slice(0, 8)}.* +hit +stored \\d+ s before .* ${handle.workflowId.slice(0, 20)}`,
        'm',
      ),
    );
    expect(out).toContain('1 of 2 calls came from the cache (hit rate 50 %)');
    await handle.terminate();
    while ((await seen()).seen.includes(type));
    expect((await seen()).seen).toBe('no open run has looked up');
  });
});

test('a reservation that nobody works on: the list and doctor say so', async () => {
  const url = newStore();
  const env = { TEMPORAL_ADDRESS: address(), ACTIVITY_CACHE_STORE: url };
  const connection = await Connection.connect({ address: address() });
  const { workflow } = new Client({ connection });
  const identity = randomUUID();
  const reserved = { scope: 'team', activityType: 'f', key: 'a'.repeat(64) };
  const file = new SqliteStore(url.replace('sqlite:', ''));
  await file.claim(IDENTITY, identity);
  await file.close();
  const calls = new ReservationCalls(workflow, { identity, leaseMs: 30_000, taskQueue: undefined });
  const caller = { id: 'w/r/1', attempt: 1, kind: 'slot', activityId: '1', isLocal: false } as const;
  try {
    expect(await calls.start(reserved, { ...caller, ticket: 1, forMs: 60_000 })).toBe(true);
    let found: OpenReservation[] = [];
    while (found.length === 0) {
      found = JSON.parse((await activityCache(['reservations', '--json'], env)).out) as OpenReservation[];
    }
    expect(found).toMatchObject([{ scope: 'team', holder: 'w/r/1', stuck: 'nobody polls its task queue' }]);
    const { out } = await activityCache(['doctor', '--json'], env);
    expect(seenIn(out, 'reservations')).toMatchObject({
      status: 'warning',
      seen: `1 open, 0 waiting; nobody polls ${reservationQueue(identity)}, where 1 of them are`,
    });
  } finally {
    await workflow.getHandle(reservationId(identity, reserved)).terminate();
    await connection.close();
  }
});

test.each([
  ['a Workflow', ['report', 'never-started'], `no run of 'never-started' in namespace 'default' of `],
  ['a namespace', ['report', 'any', '--namespace', 'never-made'], `namespace 'never-made' of `],
])('%s that the server does not know: one line, exit code 1', async (_name, args, says) => {
  const failure = await activityCache(args, { TEMPORAL_ADDRESS: address() }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(says) });
  expect((failure as { stderr: string }).stderr).toMatch(/^activity-cache: .*\n$/);
});
