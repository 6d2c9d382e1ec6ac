/** What a cached Workflow used on its own queue is judged on the queue where it runs now; and while several versions run, by what is known of them. */
import { randomUUID } from 'node:crypto';
import { cached, CachePlugin, cacheReport, MemoryStore } from 'temporal-activity-cache';
import { deferred } from '../helpers/deferred';
import { bundleWithPlugin, withWorker } from '../helpers/temporal';
import { until } from '../helpers/until';
import type { Bodies } from '../helpers/whole-scene';

const workflowsPath = require.resolve('../helpers/depending-workflows');

type Call = (workflow: string, args: unknown[]) => Promise<{ value: unknown; told: string }>;

/** Workers over one store, each with its own Activities. */
function fleet() {
  const store = new MemoryStore();
  const on = async (
    taskQueue: string,
    activities: Bodies,
    body: (call: Call) => Promise<void>,
    workflows = true,
  ) =>
    withWorker(
      {
        taskQueue,
        activities,
        workflowBundle: workflows ? await bundleWithPlugin(workflowsPath) : undefined,
        plugins: [new CachePlugin({ store })],
      },
      ({ start }) =>
        body(async (workflow, args) => {
          const handle = await start(workflow, ...args);
          const value = await handle.result();
          const { rows } = await cacheReport(handle);
          const own = rows.filter(({ activityType }) => activityType === workflow);
          const told = own.map(({ status, why, reason, detail }) => [status, why, reason, detail].filter(Boolean).join(' ')); // prettier-ignore
          return { value, told: told.join() };
        }),
    );
  return { on, store, queues: [`first-${randomUUID()}`, `second-${randomUUID()}`] as const };
}

const f1 = async (x: number) => `f1 ${x}`;
const f2 = async (x: number) => `f2 ${x}`;

/** Resolves when so many Workers have said what they run. */
const published = (store: MemoryStore, workers: number) =>
  until(async () => (await store.notes('live/')).length === workers);

describe.each([
  ['usesF', 1],
  ['usesLocally', 1],
  ['childOfF', 1],
  ['childContinues', 0],
])('%s', (workflow, x) => {
  test('on another queue, with another version: computed by that one, while the former queue goes on', async () => {
    const { on, queues } = fleet();
    const [first, second] = queues;
    await on(first, { f: f1 }, async (callFirst) => {
      expect(await callFirst(workflow, [x])).toEqual({ value: `f1 ${x}`, told: 'stored new' });
      await on(second, { f: f2 }, async (callSecond) => {
        const { value, told } = await callSecond(workflow, [x]);
        expect(value).toBe(`f2 ${x}`);
        expect(told).toMatch(`stored invalidated another version of activity 'f' on '${second}'`);
      });
    });
  });

  test('on another queue, with the same version: a hit, though the former queue is no more', async () => {
    const { on, queues } = fleet();
    await on(queues[0], { f: f1 }, async (call) =>
      expect((await call(workflow, [x])).told).toBe('stored new'),
    );
    await on(queues[x]!, { f: f1 }, async (call) =>
      expect(await call(workflow, [x])).toEqual({ value: `f1 ${x}`, told: 'hit' }),
    );
  });
});

test('a queue that is named is judged there, wherever the Workflow runs', async () => {
  const { on, queues } = fleet();
  const [first, second] = queues;
  const other = `other-${randomUUID()}`;
  const hasOther = (f: typeof f1, body: () => Promise<void>) => on(other, { f }, body, false);
  await hasOther(f1, () =>
    on(first, { f: f1 }, async (call) => {
      expect(await call('usesElsewhere', [1, other])).toEqual({ value: 'f1 1', told: 'stored new' });
    }),
  );
  await on(second, { f: f2 }, async (call) => {
    await hasOther(f1, async () =>
      expect(await call('usesElsewhere', [1, other])).toEqual({ value: 'f1 1', told: 'hit' }),
    );
    await hasOther(f2, async () => expect((await call('usesElsewhere', [1, other])).value).toBe('f2 1'));
  });
});

test('a queue that is named and is its own may mean either: both are to run what made the result', async () => {
  const { on, queues } = fleet();
  const [first, second] = queues;
  await on(first, { f: f1 }, async (callFirst) => {
    expect((await callFirst('usesElsewhere', [1, first])).told).toBe('stored new');
    expect((await callFirst('usesElsewhere', [1, first])).told).toBe('hit');
    await on(second, { f: f2 }, async (callSecond) =>
      expect((await callSecond('usesElsewhere', [1, first])).told).toMatch(/invalidated another version/),
    );
  });
});

test('of two children under one id each is to say what it used', async () => {
  const { on, queues } = fleet();
  const open = deferred();
  const f = async (x: number) => (await open.promise, `f ${x}`);
  await on(queues[0], { f, g: async (x: number) => `g ${x}` }, async (call) => {
    const { value, told } = await call('childAgain', [1, randomUUID()]).finally(() => open.resolve());
    expect(value).toBe('g 1');
    expect(told).toMatch(/^unstored new skipped child '.*' did not say what it used/);
  });
});

describe('two versions poll one queue', () => {
  test('Activities whose results say which version made them: it goes on being stored, and the Worker that looks finds its own', async () => {
    const { on, queues } = fleet();
    const [queue] = queues;
    const [cached1, cached2] = [
      cached('auto', async (x: number) => `f1 ${x}`),
      cached('auto', async (x: number) => `f2 ${x}`),
    ];
    await on(queue, { f: cached1 }, (call) =>
      on(
        queue,
        { f: cached2 },
        async () => {
          let last = '';
          // Either Worker may run it, each as often as the other.
          for (let i = 0; i < 40 && last !== 'hit'; i++) {
            const { value, told } = await call('usesF', [1]);
            expect(told).toMatch(/^(stored new|stored invalidated another version .*|hit)$/);
            if (told === 'hit') expect(value).toBe('f1 1');
            last = told;
          }
          expect(last).toBe('hit');
        },
        false,
      ),
    );
  });

  test('others: it is not stored, and says why', async () => {
    const { on, queues, store } = fleet();
    const [queue] = queues;
    await on(queue, { f: f1 }, async (call) => {
      expect((await call('usesF', [1])).told).toBe('stored new');
      await on(
        queue,
        { f: f2 },
        async () => {
          await published(store, 2);
          const why = `several versions of activity 'f' on '${queue}' ran, and its results do not say which made them`;
          expect((await call('usesF', [1])).told).toBe(`unstored lookup-failed skipped ${why}`);
          expect((await call('usesF', [2])).told).toBe(`unstored new skipped ${why}`);
        },
        false,
      );
      expect((await call('usesF', [1])).told).toBe('hit');
    });
  });
});
