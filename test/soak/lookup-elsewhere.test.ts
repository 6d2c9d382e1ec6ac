/**
 * A look-up of a call whose Worker is another one, with a `version` at the call site: what that Worker declares holds, as it publishes it; what a look-up
 * cannot know it leaves to that Worker.
 */
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import {
  cached,
  type CacheOptions,
  CachePlugin,
  type CachePluginOptions,
  cacheReport,
  MemoryStore,
} from 'temporal-activity-cache';
import { type Around, bundleWithPlugin, type WorkerSetup, withWorker } from '../helpers/temporal';
import { until } from '../helpers/until';
import { countOf } from '../helpers/whole-scene';

type Body = (x: number, trace?: string) => Promise<unknown>;

interface Scene extends Around {
  clock: { now: number };
  /** A Worker with Activities alone, on the queue that is called, as long as `test` takes. */
  serving(f: Body, test: () => Promise<void>, plugin?: CachePluginOptions, name?: string): Promise<void>;
  /** Calls `f`; what it returned, its status, and how many Activities were scheduled. */
  call(
    args?: unknown[],
    cache?: object,
  ): Promise<[value: unknown, status: string | undefined, scheduled: number]>;
}

/** @param shared - whether the call goes to the Workflow's own queue, whose Worker has Workflows alone */
async function scene(
  test: (scene: Scene) => Promise<void>,
  { shared = false, own = {} }: { shared?: boolean; own?: WorkerSetup['activities'] & object } = {},
) {
  const clock = { now: Date.now() };
  const store = new MemoryStore(() => clock.now);
  const taskQueue = `workflows-${randomUUID()}`;
  const queue = shared ? taskQueue : `activities-${randomUUID()}`;
  const workflowBundle = await bundleWithPlugin(require.resolve('../helpers/lookup-workflows'));
  const plugins = [new CachePlugin({ store })];
  await withWorker({ taskQueue, workflowBundle, plugins, activities: own }, async (around) => {
    await test({
      ...around,
      clock,
      serving: async (f, during, plugin = {}, name = 'f') => {
        const workers = async () => (await store.notes('live/')).length;
        const before = await workers();
        const setup = {
          taskQueue: queue,
          workflowBundle: undefined,
          activities: { [name]: f },
          plugins: [new CachePlugin({ store, ...plugin })],
        };
        await withWorker(setup, async () => {
          await until(async () => (await workers()) > before);
          await during();
        });
      },
      call: async (args = [1], cache = { version: '1' }) => {
        const handle = await around.start('sequence', [
          { type: 'f', args, options: { cache, ...(!shared && { taskQueue: queue }) } },
        ]);
        const [value] = (await handle.result()) as unknown[];
        const [row] = (await cacheReport(handle)).rows;
        return [value, row?.status, await countOf(handle as never, 'activityTaskScheduled')];
      },
    });
  });
}

/** Says which run it is. */
const counting = (options?: CacheOptions): Body => {
  let n = 0;
  const f: Body = async () => `run ${++n}`;
  return options === undefined ? f : cached(options, f);
};

describe.each([false, true])('on the Workflow’s own queue: %s', (shared) => {
  const within = (test: (scene: Scene) => Promise<void>) => scene(test, { shared });

  test('a declared `ttl` holds: what is expired is not served', () =>
    within(async ({ call, clock, serving }) => {
      await serving(counting({ ttl: '1 minute' }), async () => {
        expect(await call()).toEqual(['run 1', 'stored', 1]);
        clock.now += 50_000;
        expect(await call()).toEqual(['run 1', 'hit', 0]);
        clock.now += 20_000;
        expect(await call()).toEqual(['run 2', 'stored', 1]);
        expect(await call([1], { version: '1', ttl: '1 day' })).toEqual(['run 2', 'hit', 0]);
      });
    }));

  test('another `salt` is another key space', () =>
    within(async ({ call, serving }) => {
      await serving(counting({}), async () => expect(await call()).toEqual(['run 1', 'stored', 1]));
      await serving(counting({ salt: 'new data' }), async () => {
        expect(await call()).toEqual(['run 1', 'stored', 1]);
        expect(await call()).toEqual(['run 1', 'hit', 0]);
      });
      await serving(counting({}), async () => expect(await call()).toEqual(['run 1', 'hit', 0]));
    }));
});

test('what its plugin says for the Activity, and by default, is declared too', () =>
  scene(async ({ call, serving }) => {
    const plugin = { activities: { f: { salt: 'a' } }, defaults: { ignoredInputs: [1] } };
    await serving(
      counting(),
      async () => expect(await call([1, 'x'])).toEqual(['run 1', 'stored', 1]),
      plugin,
    );
    await serving(counting(), async () => expect(await call([1, 'x'])).toEqual(['run 1', 'stored', 1]));
    await serving(
      counting(),
      async () => {
        expect(await call([1, 'y'])).toEqual(['run 1', 'hit', 0]);
      },
      plugin,
    );
  }));

test('inputs are ignored by the names of its parameters: as declared, and as the call says', () =>
  scene(async ({ call, serving }) => {
    const f = async (x: number, trace?: string, more?: { id: number }) => [x, trace, more?.id];
    await serving(cached({ ignoredInputs: 'trace' }, f), async () => {
      expect(await call([1, 'a', { id: 1 }])).toEqual([[1, 'a', 1], 'stored', 1]);
      expect(await call([1, 'b', { id: 1 }])).toEqual([[1, 'a', 1], 'hit', 0]);
      const cache = { version: '1', ignoredInputs: ['trace', 'more.id'] };
      expect(await call([1, 'c', { id: 2 }], cache)).toEqual([[1, 'c', 2], 'stored', 1]);
      expect(await call([1, 'd', { id: 3 }], cache)).toEqual([[1, 'c', 2], 'hit', 0]);
    });
  }));

test.each<[string, CacheOptions]>([
  ['a `key` function', { key: ({ args }) => args[0] }],
  ['`hashInputs`', { hashInputs: { _trace: () => 'any' } }],
  ['`tags` of the arguments', { tags: ([x]) => [`x-${x}`], ignoredInputs: 1 }],
])('%s is known to its Worker alone, which finds the value', (_, options) =>
  scene(async ({ call, serving }) => {
    let n = 0;
    const f = cached(options, async (_x: number, _trace?: string) => `run ${++n}`);
    await serving(f, async () => {
      expect(await call([1, 'a'])).toEqual(['run 1', 'stored', 1]);
      expect(await call([1, 'b'])).toEqual(['run 1', 'hit', 1]);
    });
  }),
);

test('a rest parameter that is ignored by its name is too', () =>
  scene(async ({ call, serving }) => {
    const f = cached({ ignoredInputs: 'rest' }, async (x: number, ...rest: unknown[]) => [x, rest.length]);
    await serving(f, async () => {
      expect(await call([1])).toEqual([[1, 0], 'stored', 1]);
      expect(await call([1, 'a', 'b'])).toEqual([[1, 0], 'hit', 1]);
    });
  }));

test('what is found with keys of another `vary` or `secret` is not looked for', () =>
  scene(async ({ call, serving }) => {
    for (const plugin of [{ vary: ['tenant'] }, { secret: 'x'.repeat(32) }])
      await serving(
        counting({}),
        async () => {
          expect(await call()).toEqual(['run 1', 'stored', 1]);
          expect(await call()).toEqual(['run 1', 'hit', 1]);
        },
        plugin,
      );
  }));

test('while its Workers differ, it is left to them; so it is where one serves every type', () =>
  scene(async ({ call, serving }) => {
    const f = counting({ ttl: '1 day' });
    await serving(f, async () => {
      expect(await call()).toEqual(['run 1', 'stored', 1]);
      for (const [other, name] of [
        [{ ttl: '2 days' }, 'f'],
        [{}, 'default'],
      ] as const)
        // prettier-ignore
        await serving(counting(other), async () => expect((await call())[2]).toBe(1), {}, name);
      await serving(f, async () => expect(await call()).toEqual(['run 1', 'hit', 0]));
    });
  }));

test('a Worker that is there no more says nothing', () =>
  scene(async ({ call, serving, start, client }) => {
    await serving(counting({}), async () => expect(await call()).toEqual(['run 1', 'stored', 1]));
    const step = { type: 'f', args: [1], options: { cache: { version: '1' }, taskQueue: 'nobody', scheduleToStartTimeout: '2 seconds' } }; // prettier-ignore
    const handle = await start('sequence', [step]);
    await expect(handle.result()).rejects.toThrow();
    expect((await client.workflow.getHandle(handle.workflowId).describe()).status.name).toBe('FAILED');
  }));

test('the Workflow’s Worker has a function of the same name, which is another one’s for another queue', () =>
  scene(
    async ({ call, clock, serving }) => {
      await serving(counting({ ttl: '1 minute' }), async () => {
        expect(await call()).toEqual(['run 1', 'stored', 1]);
        clock.now += 70_000;
        expect(await call()).toEqual(['run 2', 'stored', 1]);
      });
    },
    { own: { f: cached({ salt: 'its own' }, async () => 'never') } },
  ));

describe('children', () => {
  const withChildren = async (
    { store, taskQueue, workflows }: { store: MemoryStore; taskQueue: string; workflows: string },
    test: (
      call: (type: string, args: unknown[]) => Promise<[value: unknown, children: number]>,
    ) => Promise<void>,
  ) => {
    let n = 0;
    const setup = {
      taskQueue,
      workflowBundle: await bundleWithPlugin(require.resolve(`../helpers/${workflows}`)),
      activities: { f: async () => `run ${++n} of ${workflows}` },
      plugins: [new CachePlugin({ store })],
    };
    await withWorker(setup, async ({ start }) =>
      test(async (type, args) => {
        const handle = (await start('calls', type, [[args, { cache: { version: '1' } }]])) as WorkflowHandle;
        const [value] = (await handle.result()) as unknown[];
        return [value, await countOf(handle as never, 'startChildWorkflowExecutionInitiated')];
      }),
    );
  };

  test('a declared `ttl` holds', async () => {
    const clock = { now: Date.now() };
    const store = new MemoryStore(() => clock.now);
    await withChildren({ store, taskQueue: randomUUID(), workflows: 'elsewhere-workflows' }, async (call) => {
      expect(await call('brief', [1])).toEqual(['run 1 of elsewhere-workflows', 1]);
      expect(await call('brief', [1])).toEqual(['run 1 of elsewhere-workflows', 0]);
      clock.now += 2_000;
      expect(await call('brief', [1])).toEqual(['run 2 of elsewhere-workflows', 1]);
    });
  });

  test('what is declared by the version that runs now holds, and what it ignores is ignored', async () => {
    const [store, taskQueue] = [new MemoryStore(), randomUUID()];
    await withChildren({ store, taskQueue, workflows: 'elsewhere-workflows' }, async (call) => {
      expect(await call('seasoned', [1, 'a'])).toEqual(['run 1 of elsewhere-workflows', 1]);
      expect(await call('seasoned', [1, 'b'])).toEqual(['run 1 of elsewhere-workflows', 0]);
    });
    await withChildren({ store, taskQueue, workflows: 'salted-workflows' }, async (call) => {
      expect(await call('seasoned', [1, 'a'])).toEqual(['run 1 of salted-workflows', 1]);
      expect(await call('seasoned', [1, 'c'])).toEqual(['run 1 of salted-workflows', 0]);
    });
    // Nobody knows what a Workflow declares before it has run once.
    await withChildren({ store, taskQueue, workflows: 'elsewhere-workflows' }, async (call) => {
      expect(await call('seasoned', [1, 'd'])).toEqual(['run 1 of elsewhere-workflows', 1]);
      expect(await call('seasoned', [1, 'd'])).toEqual(['run 1 of elsewhere-workflows', 0]);
    });
  });
});
