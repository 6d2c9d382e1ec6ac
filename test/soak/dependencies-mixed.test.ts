/** What a Workflow used is known, or its result is not stored: whichever Workers come and go, and whatever they run. */
import { randomUUID } from 'node:crypto';
import { cached, CachePlugin, cacheReport, type CacheStore, MemoryStore } from 'temporal-activity-cache';
import { USES } from '../../src/wire/names';
import { deferred } from '../helpers/deferred';
import { FaultyStore } from '../helpers/faulty-store';
import { bundle, bundleWithPlugin, type WorkerSetup, withWorker } from '../helpers/temporal';
import { type Bodies, type Handle, type WholeScene, wholeScenes } from '../helpers/whole-scene';

const workflowsPath = require.resolve('../helpers/depending-workflows');
let withoutPlugin: ReturnType<typeof bundle> | undefined;
const bundled = (withPlugin = true) =>
  withPlugin ? bundleWithPlugin(workflowsPath) : (withoutPlugin ??= bundle({ workflowsPath }));

const withDepending = wholeScenes(workflowsPath);

const f1 = async (x: number) => `f1 ${x}`;
const f2 = async (x: number) => `f2 ${x}`;

interface Fleet {
  store: CacheStore;
  taskQueue: string;
  /** A Worker beside the others, as long as `during` takes. */
  beside(activities: Bodies, during: () => Promise<void>, worker?: WorkerSetup): Promise<void>;
}

/** A Worker with Workflows and these Activities. */
async function fleet(
  bodies: Bodies,
  test: (scene: WholeScene & Fleet) => Promise<void>,
  store: CacheStore = new MemoryStore(),
  taskQueue = `mixed-${randomUUID()}`,
) {
  const beside: Fleet['beside'] = (activities, during, worker = {}) =>
    withWorker({ taskQueue, activities, plugins: [new CachePlugin({ store })], ...worker }, during);
  await withDepending({}, (scene) => test({ ...scene, store, taskQueue, beside }), {
    plugin: { store },
    worker: { taskQueue, activities: bodies },
  });
}

/** Of its own caching. */
async function toldOf(handle: Handle): Promise<string> {
  await handle.result();
  const { rows } = await cacheReport(handle);
  return rows
    .map(({ status, why, reason, detail }) => [status, why, reason, detail].filter(Boolean).join(' '))
    .join();
}

const onlyActivities = { workflowBundle: undefined } as WorkerSetup;

describe('several versions', () => {
  test('at once: no hit, and nothing is stored; with one again the former result counts', () =>
    fleet({ f: f1 }, async ({ begin, beside }) => {
      expect(await toldOf(await begin('usesF', [1]))).toBe('stored new');
      await beside(
        { f: f2 },
        async () => {
          expect(await toldOf(await begin('usesF', [1]))).toMatch(
            /^unstored lookup-failed skipped several versions of activity 'f'/,
          );
          expect(await toldOf(await begin('usesF', [2]))).toMatch(/^unstored new skipped/);
        },
        onlyActivities,
      );
      expect(await toldOf(await begin('usesF', [1]))).toBe('hit');
    }));

  test('a Worker of another version that came and went during a run: its result is not stored', async () => {
    const [begun, opened] = [deferred(), deferred()];
    const f = async (x: number) => {
      begun.resolve();
      await opened.promise;
      return `f1 ${x}`;
    };
    await fleet({ f }, async ({ begin, beside }) => {
      const handle = await begin('usesF', [1]);
      await begun.promise;
      await beside({ f: f2 }, async () => undefined, onlyActivities);
      opened.resolve();
      expect(await toldOf(handle)).toMatch(/^unstored new skipped several versions of/);
      expect(await toldOf(await begin('usesF', [1]))).toBe('stored new');
    });
  });

  test('a Worker that published while the store was failing says so later, and then no wrong version counts', async () => {
    const store = new FaultyStore(new MemoryStore());
    await fleet(
      { f: f1 },
      async ({ begin, beside }) => {
        expect(await toldOf(await begin('usesF', [1]))).toBe('stored new');
        let builds = 0;
        store.fail((real) => (builds++ === 0 ? Promise.reject(new Error('once')) : real()), 'note');
        await beside(
          { f: f2 },
          async () => {
            expect(await toldOf(await begin('usesF', [1]))).toMatch(/^unstored lookup-failed/);
          },
          onlyActivities,
        );
      },
      store,
    );
  });
});

describe('what is not known', () => {
  test('an Activity on a queue whose Workers have no plugin: not stored, and it says whose version is missing', () =>
    fleet({ f: f1 }, async ({ begin }) => {
      const taskQueue = `bare-${randomUUID()}`;
      await withWorker({ taskQueue, activities: { f: f2 }, workflowBundle: undefined }, async () => {
        expect(await toldOf(await begin('usesElsewhere', [1, taskQueue]))).toMatch(
          new RegExp(`^unstored new skipped the version of activity 'f' on '${taskQueue}'`),
        );
      });
    }));

  test('an Activity on another queue, with the plugin: stored, and its other body counts', () =>
    fleet({ f: f1 }, async ({ begin, beside }) => {
      const taskQueue = `other-${randomUUID()}`;
      const on = (f: typeof f1, test: () => Promise<void>) =>
        beside({ f }, test, { ...onlyActivities, taskQueue });
      await on(f1, async () => {
        expect(await toldOf(await begin('usesElsewhere', [1, taskQueue]))).toBe('stored new');
        expect(await toldOf(await begin('usesElsewhere', [1, taskQueue]))).toBe('hit');
      });
      await on(f2, async () => {
        expect(await toldOf(await begin('usesElsewhere', [1, taskQueue]))).toMatch(
          /^stored invalidated another version/,
        );
      });
    }));

  test('an Activity whose version follows data', () => {
    const policies = [{ name: 'of-data', getVersion: async () => 'x' }];
    return fleet({ f: cached({ policies }, async (x: number) => `of data ${x}`) }, async ({ begin }) => {
      expect(await toldOf(await begin('usesF', [1]))).toMatch(
        /unstored new skipped the version of activity 'f'/,
      );
    });
  });

  test('a child on a Worker whose Workflows lack the plugin', () =>
    fleet({ f: f1 }, async ({ begin }) => {
      const taskQueue = `bare-${randomUUID()}`;
      const worker = { taskQueue, activities: { f: f1 }, workflowBundle: await bundled(false) };
      await withWorker(worker, async () => {
        expect(await toldOf(await begin('childElsewhere', ['plainF', [1], taskQueue]))).toMatch(
          /^unstored new skipped .*did not say what it used/,
        );
      });
    }));
});

describe('children and local Activities', () => {
  test('what a child used that failed and was caught counts, and one that continued; so does what a local Activity is', async () => {
    const taskQueue = `children-${randomUUID()}`;
    const store = new MemoryStore();
    const run = async (f: typeof f1, told: RegExp) =>
      fleet(
        { f },
        async ({ begin }) => {
          for (const workflow of ['catches', 'usesLocally', 'childContinues'])
            expect([workflow, await toldOf(await begin(workflow, [1]))]).toEqual([
              workflow,
              expect.stringMatching(told),
            ]);
        },
        store,
        taskQueue,
      );
    await run(f1, /^stored new$/);
    await run(f1, /^hit$/);
    await run(f2, /^stored invalidated another version of activity 'f'/);
  });

  test.each([0, 1])(
    'a child whose last run could not say what it used is not known, though a run before it did (%i before)',
    async (before) => {
      const opened = deferred();
      const f = async (x: number) => (await opened.promise, `f1 ${x}`);
      await fleet({ f }, async ({ begin }) => {
        const told = await toldOf(await begin('childTimesOut', [before])).finally(() => opened.resolve());
        expect(told).toMatch(/^unstored new skipped .*did not say what it used/);
      });
    },
  );

  test('what Workflows told one another does not stay', () =>
    fleet({ f: f1 }, async ({ result, store }) => {
      for (const workflow of ['catches', 'childContinues'])
        await result(workflow, [1]).catch(() => undefined);
      expect(await store.notes(USES)).toEqual([]);
    }));

  test('two scopes know nothing of each other', () =>
    fleet({ f: f1 }, async ({ begin, beside, store }) => {
      await beside(
        { f: f2 },
        async () => {
          expect(await toldOf(await begin('usesF', [1]))).toBe('stored new');
        },
        {
          ...onlyActivities,
          taskQueue: `scoped-${randomUUID()}`,
          plugins: [new CachePlugin({ store, scope: 'another' })],
        },
      );
    }));
});
