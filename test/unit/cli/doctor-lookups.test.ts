/** The open runs that have looked up, as `doctor` counts them. */
import type { Check } from '../../../src/cli/doctor/check';
import { endedOn, liveOn } from '../../../src/dependencies/note-names';
import { WORKERS } from '../../../src/wire/names';
import { CacheFile } from '../../helpers/cli/cache-file';
import { serverOf } from '../../helpers/cli/history';
import type { Setting } from '../../helpers/cli/run';

let cache: CacheFile;
beforeEach(async () => {
  cache = new CacheFile();
  await cache.seed({ activityType: 'a', input: '1' });
});
afterEach(() => cache.remove());

async function examine(setting: Setting, options: string) {
  const { out } = await cache.run(`doctor --json ${options}`, setting);
  const checks = JSON.parse(out) as Check[];
  return { check: (name: string) => checks.find((one) => one.name === name) };
}

const worker = (name: string, of: object = {}) =>
  cache.with((store) =>
    store.note(
      WORKERS + name,
      JSON.stringify({
        version: '1',
        identity: name,
        taskQueue: 'ml',
        namespace: 'default',
        scope: '',
        ...of,
      }),
    ),
  );

const server = (answers: object) => async () => {
  const temporal = serverOf('', []);
  Object.assign(temporal.client.workflowService, answers);
  return temporal;
};
const well = {
  getSystemInfo: async () => ({ serverVersion: '1.31.2' }),
  describeNamespace: async () => ({}),
};

describe('open runs', () => {
  /** There are Workers of this store in another namespace, and those of another store are nowhere in its notes. */
  async function checked(patches: string[][]) {
    await worker('1');
    await worker('2', { taskQueue: 'elsewhere', namespace: 'other' });
    await cache.with(async (store) => {
      const of = { namespace: 'default', scope: 'a/b' };
      await store.note(`${liveOn({ ...of, taskQueue: "o'clock" })}1`, '{}');
      await store.note(`${endedOn({ ...of, taskQueue: 'ended' })}1`, '{}');
      await store.note(`${liveOn({ ...of, namespace: 'other', taskQueue: 'elsewhere' })}1`, '{}');
    });
    const connect = async () => {
      const temporal = await server(well)();
      Object.assign(temporal.client.workflow, {
        async *list({ query }: { query: string }) {
          expect(query).toBe(
            "ExecutionStatus = 'Running' AND TemporalChangeVersion IS NOT NULL AND TaskQueue IN ('ended', 'ml', 'o\\'clock')",
          );
          for (const [i, TemporalChangeVersion] of patches.entries())
            yield { workflowId: `run-${i}`, searchAttributes: { TemporalChangeVersion } };
        },
      });
      return temporal;
    };
    return (await examine({ connect }, '--address x:1')).check('lookups');
  }
  const ok = { name: 'lookups', status: 'ok' };

  test('the numbers of calls are no part of what they looked up', async () => {
    const numbered = [['activity-cache/train#3', 'activity-cache/train~9']];
    expect(await checked(numbered)).toEqual(await checked([['activity-cache/train']]));
  });

  test('that have looked up: they are counted, with what they looked up; patches of others are not', async () => {
    const patches = [['activity-cache/train', 'mine'], ['mine'], ['activity-cache/child/sub']];
    expect(await checked(patches)).toEqual({
      ...ok,
      seen: '2 open runs have looked up, and their Workers must be able to; what: child/sub, train',
    });
    expect(await checked([['mine']])).toEqual({ ...ok, seen: 'no open run has looked up' });
  });

  test('so many that counting them all would take too long: at least so many', async () => {
    const { seen } = (await checked(Array(10_001).fill(['activity-cache/train'])))!;
    expect(seen).toMatch(/^at least 10,000 open runs have looked up, /);
  });

  test('of a store that knows no Worker of the namespace: they are not counted, and nothing is said of those of other stores', async () => {
    await worker('2', { taskQueue: 'elsewhere', namespace: 'other' });
    expect((await examine({ connect: server(well) }, '--address x:1')).check('lookups')).toEqual({
      name: 'lookups',
      status: 'warning',
      seen: `open runs that have looked up are not counted: the store knows of no Worker in namespace 'default'`,
      fix: 'start a Worker with the plugin and this store, or name its --namespace',
    });
  });

  test('whose TemporalChangeVersion has no room for more names: a warning that names them', async () => {
    const many = Array.from({ length: 80 }, (_, i) => `activity-cache/train${i}`);
    const check = await checked([['activity-cache/train'], many, many.slice(40)]);
    expect(check).toMatchObject({
      status: 'warning',
      seen: expect.stringMatching(
        /^3 open runs .*; TemporalChangeVersion is full, or nearly, in run-1: what /,
      ),
      fix: expect.stringContaining('fewer Activity types of one run'),
    });
  });

  test('that may not be listed: a warning with the right that lacks', async () => {
    await worker('1');
    expect((await examine({ connect: server(well) }, '--address x:1')).check('lookups')).toMatchObject({
      status: 'warning',
      seen: expect.stringMatching(/^open runs that have looked up cannot be counted: /),
      fix: 'let this user list Workflows, on a server that lists them by TemporalChangeVersion',
    });
  });
});
