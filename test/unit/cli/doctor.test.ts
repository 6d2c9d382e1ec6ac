/** What `doctor` sees, and what it says mends it. */
import Database from 'libsql';
import type { Check } from '../../../src/cli/doctor/check';
import { Failure } from '../../../src/cli/errors';
import { TRIAL_SCOPE } from '../../../src/cli/doctor/trial';
import { PACKAGE_VERSION } from '../../../src/package-version';
import { WORKERS } from '../../../src/wire/names';
import { CacheFile } from '../../helpers/cli/cache-file';
import { serverOf } from '../../helpers/cli/history';
import { IDENTITY_TEXT, type Reservation, withReservations } from '../../helpers/cli/reservations';
import type { Setting } from '../../helpers/cli/run';
import { answersAfter, FaultyStore, type Operation, rejects } from '../../helpers/faulty-store';

let cache: CacheFile;
beforeEach(async () => {
  cache = new CacheFile();
  await cache.seed({ activityType: 'a', input: '1' });
});
afterEach(() => cache.remove());

const HOUR = 3_600_000;

async function examine(setting: Setting = {}, options = '') {
  const { code, out, err } = await cache.run(`doctor --json ${options}`, setting);
  expect(err).toBe('');
  const checks = JSON.parse(out) as Check[];
  return { code, checks, check: (name: string) => checks.find((one) => one.name === name) };
}

const worker = (name: string, of: object = {}) =>
  cache.with((store) =>
    store.note(
      WORKERS + name,
      JSON.stringify({
        version: PACKAGE_VERSION,
        identity: `${name}@host`,
        taskQueue: 'ml',
        namespace: 'default',
        scope: '',
        interceptor: true,
        since: '',
        ...of,
      }),
    ),
  );

test('all is well: every check is ok, with what was seen; the exit code is 0', async () => {
  await worker('1');
  const { code, checks } = await examine();
  expect(code).toBe(0);
  expect(checks).toEqual([
    {
      name: 'program',
      status: 'ok',
      seen: `temporal-activity-cache ${PACKAGE_VERSION}, Node ${process.versions.node}`,
    },
    { name: 'store', status: 'ok', seen: expect.stringContaining(`sqlite:${cache.path} answers: SQLite 3.`) },
    { name: 'permissions', status: 'ok', seen: 'may read, write, invalidate and list' },
    {
      name: 'latency',
      status: 'ok',
      seen: expect.stringMatching(/^look .* ms, draw .* ms, put .* ms \(medians\)$/),
    },
    { name: 'limits', status: 'ok', seen: 'none: it keeps all that is promised of a store' },
    { name: 'contents', status: 'ok', seen: '1 entry, 10 B; past the ttl: 0 entries, 0 B' },
    { name: 'workers', status: 'ok', seen: '1 Worker on task queue ml of namespace default' },
    {
      name: 'versions',
      status: 'ok',
      seen: `Workers have ${PACKAGE_VERSION}, this program ${PACKAGE_VERSION}`,
    },
    { name: 'scopes', status: 'ok', seen: 'Workers have the default one' },
  ]);
});

test('people get a line for each check, and one for the fix', async () => {
  const { code, out } = await cache.run('doctor', { terminal: { typed: '' } });
  expect(code).toBe(0);
  expect(out).toMatch(/^\u001b\[32mok {6}\u001b\[39m permissions {2}may read, write, invalidate and list$/m);
  expect(out).toMatch(
    /^\u001b\[33mwarning \u001b\[39m workers .*\n {22}→ start a Worker with the plugin and this store/m,
  );
});

test('what it stores to try the store is removed again, however often it is called', async () => {
  for (let i = 0; i < 3; i++) await cache.run('doctor');
  expect(await cache.left()).toEqual(['a']);
  const db = new Database(cache.path);
  expect(db.prepare('SELECT scope, data IS NULL AS empty FROM entries ORDER BY scope').all([])).toEqual([
    { scope: '', empty: 0 },
    { scope: TRIAL_SCOPE, empty: 1 }, // one key, of which it is remembered that it was invalidated
  ]);
  db.close();
});

test.each<[Operation, string, Check['status'], RegExp]>([
  ['look', 'permissions', 'failed', /^may write, invalidate, list; may not read: the disk is on fire$/],
  ['draw', 'permissions', 'failed', /^may read, invalidate, list; may not write: the disk is on fire$/],
  ['put', 'permissions', 'failed', /^may read, invalidate, list; may not write: the disk is on fire$/],
  ['invalidate', 'permissions', 'failed', /^may read, write, list; may not invalidate: the disk is on fire$/],
  ['about', 'store', 'failed', /^faulty sqlite:.*: the disk is on fire$/],
  ['stats', 'contents', 'warning', /^cannot be counted: the disk is on fire$/],
  ['notes', 'workers', 'warning', /^cannot be asked for: the disk is on fire$/],
])('a store whose %s fails: %s, %s', async (operation, name, status, seen) => {
  const { code, check } = await examine({
    store: () => new FaultyStore(cache.open()).fail(rejects, operation),
  });
  expect(check(name)).toMatchObject({ status, seen: expect.stringMatching(seen), fix: expect.any(String) });
  expect(code).toBe(status === 'failed' ? 1 : 0);
});

test('a store that cannot list is good for Workers: a warning', async () => {
  const store = () =>
    Object.assign(cache.open(), {
      entries: () => {
        throw new Error('it has no iterator');
      },
    });
  const { code, check } = await examine({ store });
  expect(check('permissions')).toMatchObject({
    status: 'warning',
    seen: 'may read, write, invalidate; may not list: it has no iterator',
  });
  expect(code).toBe(0);
});

test('a slow store is warned of', async () => {
  const { check } = await examine({
    store: () => new FaultyStore(cache.open()).fail(answersAfter(260), 'put'),
  });
  expect(check('latency')).toMatchObject({
    status: 'warning',
    fix: expect.stringContaining('nearer to the Workers'),
  });
});

test('what a store does only as well as it can is warned of, each by itself', async () => {
  const limits = ['Tickets of two processes may be equal.', 'It cannot sort.'];
  const { code, checks } = await examine({ store: () => Object.assign(cache.open(), { limits }) });
  expect(checks.filter(({ name }) => name === 'limits').map(({ status, seen }) => [status, seen])).toEqual(
    limits.map((limit) => ['warning', limit]),
  );
  expect(code).toBe(0);
});

test('many entries past their ttl are warned of', async () => {
  await cache.seed({ activityType: 'a', input: '2', keepUntil: cache.now });
  expect((await examine()).check('contents')).toEqual({
    name: 'contents',
    status: 'warning',
    seen: '2 entries, 20 B; past the ttl: 1 entry, 10 B (50 %)',
    fix: 'run activity-cache prune, or schedule maintenanceActivities: nothing else frees them',
  });
});

describe('of Workers', () => {
  test('none, and only killed ones, are warned of', async () => {
    expect((await examine()).check('workers')).toMatchObject({ status: 'warning' });
    await worker('killed');
    cache.now += HOUR;
    expect((await examine()).check('workers')).toMatchObject({ status: 'warning' });
    await worker('there');
    expect((await examine()).check('workers')).toMatchObject({ status: 'ok' });
  });

  test('different versions are warned of, and one that is not this one', async () => {
    await worker('1', { version: '99.0.0' });
    expect((await examine()).check('versions')).toMatchObject({ status: 'warning' });
    await worker('2');
    expect((await examine()).check('versions')).toMatchObject({
      status: 'warning',
      seen: `Workers have ${PACKAGE_VERSION} and 99.0.0, this program ${PACKAGE_VERSION}`,
    });
  });

  test('a bundle without the interceptor is warned of; a Worker without Workflows needs none', async () => {
    await worker('1', { interceptor: undefined });
    expect((await examine()).check('bundles')).toBe(undefined);
    await worker('2', { interceptor: false });
    expect((await examine()).check('bundles')).toMatchObject({
      status: 'warning',
      seen: 'made without the plugin: 2@host on ml',
    });
  });

  test('different scopes are right on different task queues, and warned of on one', async () => {
    await worker('1', { scope: 'fraud' });
    await worker('2', { scope: 'risk', taskQueue: 'other' });
    expect((await examine()).check('scopes')).toEqual({
      name: 'scopes',
      status: 'ok',
      seen: `Workers have 'fraud', 'risk'`,
    });
    await worker('3', { scope: 'risk' });
    expect((await examine()).check('scopes')).toMatchObject({
      status: 'warning',
      seen: `Workers of task queue ml of namespace default have different ones: 'fraud', 'risk'`,
    });
  });
});

describe('the Temporal server', () => {
  const server = (answers: object) => async () => {
    const temporal = serverOf('', []);
    Object.assign(temporal.client.workflowService, answers);
    return temporal;
  };
  const well = {
    getSystemInfo: async () => ({ serverVersion: '1.31.2' }),
    describeNamespace: async () => ({}),
  };

  test('is asked only where --address or TEMPORAL_ADDRESS names it', async () => {
    const connect = server(well);
    expect((await examine({ connect })).check('temporal')).toBe(undefined);
    const ok = {
      name: 'temporal',
      status: 'ok',
      seen: `localhost:7233 answers, version 1.31.2, namespace 'default'`,
    };
    expect((await examine({ connect }, '--address x:1')).check('temporal')).toEqual(ok);
    expect((await examine({ connect, env: { TEMPORAL_ADDRESS: 'x:1' } })).check('temporal')).toEqual(ok);
  });

  test('fails the check where it does not answer, or does not know the namespace', async () => {
    const down = async () => {
      throw new Failure('no Temporal server answers at x:1', 'name it');
    };
    const unknown = async () => {
      throw new Error('Namespace default is not found.');
    };
    for (const connect of [down, server({ ...well, describeNamespace: unknown })]) {
      const { code, check } = await examine({ connect }, '--address x:1');
      expect(check('temporal')).toMatchObject({
        status: 'failed',
        seen: expect.stringMatching(/^no Temporal|is not found/),
      });
      expect(code).toBe(1);
    }
  });

  describe('has reservations', () => {
    const train = { activityType: 'train', key: 'a'.repeat(64), holder: 'w/r/1', forMs: 1_000, waiting: 3 };
    const queue = `activity-cache/v1/${IDENTITY_TEXT}`;

    async function checked(reservations: Reservation[], polledMsAgo = Infinity) {
      await cache.with((store) => store.claim('identity', IDENTITY_TEXT));
      const connect = async () => withReservations(await server(well)(), reservations, polledMsAgo);
      return (await examine({ connect }, '--address x:1')).check('reservations');
    }

    test('of which nothing is said where the store never needed any', async () => {
      expect((await examine({ connect: server(well) }, '--address x:1')).check('reservations')).toBe(
        undefined,
      );
    });

    test('that go on: they are counted, with those who wait', async () => {
      const other = { ...train, key: 'b'.repeat(64), waiting: 2 };
      const ok = { name: 'reservations', status: 'ok' };
      expect(await checked([train, other], 1_000)).toEqual({ ...ok, seen: '2 open, 5 waiting' });
      expect(await checked([])).toEqual({ ...ok, seen: '0 open, 0 waiting' });
    });

    test('that nobody polls for: a warning that names their task queue', async () => {
      expect(await checked([train])).toEqual({
        name: 'reservations',
        status: 'warning',
        seen: `1 open, 3 waiting; nobody polls ${queue}, where 1 of them are`,
        fix: expect.stringMatching(/^start a Worker with the plugin, this store and a serialized Activity;/),
      });
    });

    test('whose Workflow Task nobody ends: a warning with what to look at, and what takes it away', async () => {
      const stuck = { ...train, key: 'b'.repeat(64), pendingMs: 90_000 };
      expect(await checked([{ ...train, pendingMs: 1_000 }, stuck], 1_000)).toEqual({
        name: 'reservations',
        status: 'warning',
        seen: `2 open, 6 waiting; 1 of them on ${queue} are not gone on with, for 1 min 30 s`,
        fix: expect.stringContaining(
          `temporal workflow terminate --workflow-id '${queue}/train/${stuck.key}'`,
        ),
      });
    });

    test('that may not be listed: a warning with the right that lacks', async () => {
      await cache.with((store) => store.claim('identity', IDENTITY_TEXT));
      const { check } = await examine({ connect: server(well) }, '--address x:1');
      expect(check('reservations')).toMatchObject({
        status: 'warning',
        seen: expect.stringMatching(/^cannot be listed: /),
        fix: 'let this user list and describe Workflows, and describe task queues',
      });
    });
  });
});
