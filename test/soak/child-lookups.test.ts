/** A child with `cache` where it is called: a hit starts no child; on a miss the child stores its own result, whatever becomes of its parent. */
import type { WorkflowFailedError } from '@temporalio/client';
import { ParentClosePolicy } from '@temporalio/workflow';
import { cached } from 'temporal-activity-cache';
import { deferred } from '../helpers/deferred';
import { bundleWithPlugin, type WorkerSetup, withWorker } from '../helpers/temporal';
import { until } from '../helpers/until';
import {
  type Bodies,
  countOf,
  type Handle,
  told,
  type WholeScene,
  wholeScenes,
  type WholeSetup,
} from '../helpers/whole-scene';

const workflowsPath = require.resolve('../helpers/child-workflows');
const withChildren = wholeScenes(workflowsPath);

const within = (
  test: (scene: WholeScene) => Promise<void>,
  f: (x: unknown) => Promise<unknown> = async (x) => x,
  wrap?: WholeSetup['wrap'],
) => withChildren({ f }, test, { wrap });

const childrenOf = (handle: Handle) => countOf(handle, 'startChildWorkflowExecutionInitiated');

const version = '1';

test('salt, another version and other inputs are other children; an ignored input is not', () =>
  within(async ({ begin, ran }) => {
    const handle = await begin('calls', [
      'child',
      [
        [[1, 'a'], { cache: { version, ignoredInputs: 1 } }],
        [[1, 'b'], { cache: { version, ignoredInputs: 1 } }],
        [[1, 'b'], { cache: { version, ignoredInputs: 1, salt: 'other' } }],
        [[1, 'b'], { cache: { version: '2', ignoredInputs: 1 } }],
        [[2, 'b'], { cache: { version, ignoredInputs: 1 } }],
        [[1, 'c'], { cache: { version, ignoredInputs: 1, ttl: '1 day' } }],
      ],
    ]);
    expect(await handle.result()).toEqual([1, 1, 1, 1, 2, 1]);
    expect(ran).toHaveLength(4);
    expect(await childrenOf(handle)).toBe(4);
    expect(await told(handle)).toEqual(['child hit', 'child hit']);
  }));

test('`ttl` is the call’s own, and tags are for invalidating', () =>
  within(async ({ result, ran, cache }) => {
    const call = (ttl?: string) =>
      result('calls', ['child', [[[1], { cache: { version, ttl, tags: ['t'] } }]]]);
    await call();
    await call('1 millisecond');
    expect(ran).toHaveLength(2);
    await call();
    expect(ran).toHaveLength(2);
    expect(await cache.invalidate({ tag: 't' })).toEqual({ entries: 1 });
    await call();
    expect(ran).toHaveLength(3);
  }));

test('with `serialize`, parents that call at once have one child compute', () =>
  within(async ({ begin, ran }) => {
    const options = { args: [1], cache: { version, serialize: true } };
    const parents = await Promise.all([1, 2].map(() => begin('callsAtOnce', ['child', 5, options])));
    for (const parent of parents) expect(await parent.result()).toEqual(Array(5).fill(1));
    expect(ran).toEqual(['f 1']);
  }));

test.each(['ABANDON', 'TERMINATE'] as const)(
  'a parent that is terminated, with %s: a child that lives stores its own result',
  async (policy) => {
    const opened = deferred();
    await within(
      async ({ begin, ran, cache, client }) => {
        const options = { args: [1], cache: { version }, parentClosePolicy: ParentClosePolicy[policy] };
        const parent = await begin('callsAtOnce', ['child', 1, options]);
        await until(() => ran.length === 1);
        const { events } = await parent.fetchHistory();
        const [child] = events!.flatMap(
          ({ childWorkflowExecutionStartedEventAttributes: started }) =>
            started?.workflowExecution?.workflowId ?? [],
        );
        await parent.terminate();
        const handleOfChild = client.workflow.getHandle(child!);
        if (policy === 'TERMINATE')
          await until(async () => (await handleOfChild.describe()).status.name === 'TERMINATED');
        opened.resolve();
        const next = () => begin('calls', ['child', [[[1], { cache: { version } }]]]);
        if (policy === 'ABANDON') await until(async () => (await cache.stats()).entries === 1);
        const handle = await next();
        expect(await handle.result()).toEqual([1]);
        expect(await childrenOf(handle)).toBe(policy === 'ABANDON' ? 0 : 1);
        expect(ran).toHaveLength(policy === 'ABANDON' ? 1 : 2);
      },
      async (x) => (await opened.promise, x),
    );
  },
);

test('a result too large for the parent: the child is started, and is a hit itself', () =>
  within(async ({ begin, ran }) => {
    const lengths: unknown[] = [];
    const children: number[] = [];
    for (const length of [30_000, 30_000, 100_000, 100_000]) {
      const handle = await begin('lengthOf', [length, { version }]);
      lengths.push(await handle.result());
      children.push(await childrenOf(handle));
    }
    expect(lengths).toEqual([30_000, 30_000, 100_000, 100_000]);
    expect(children).toEqual([1, 0, 1, 1]);
    expect(ran).toHaveLength(2);
  }));

test('cancelled while it is looked up, cold or warm: the call is cancelled, and no child is started', () =>
  within(async ({ begin, result, ran }) => {
    for (const warm of [false, true]) {
      if (warm) await result('calls', ['child', [[[1], { cache: { version } }]]]);
      const handle = await begin('callsAndCancels', [1, { version }]);
      expect(await handle.result()).toBe('cancelled');
      expect(await childrenOf(handle)).toBe(0);
    }
    expect(ran).toHaveLength(1);
  }));

test('a handle of a child that was not started has the id of the run that computed it', () =>
  within(async ({ result }) => {
    expect(await result('handleOf', [1, { version }])).toEqual([true, true, 1]);
    expect(await result('handleOf', [1, { version }])).toEqual([true, true, 1]);
  }));

test('a child on another task queue is the same child', () =>
  within(async ({ begin, taskQueue, cache, ran }) => {
    const other = `${taskQueue}-other`;
    const worker = {
      taskQueue: other,
      workflowBundle: await bundleWithPlugin(workflowsPath),
      plugins: [cache],
    } as WorkerSetup;
    await withWorker({ ...worker, activities: { f: async (x: unknown) => x } }, async () => {
      const call = { cache: { version } };
      const handle = await begin('calls', [
        'child',
        [
          [[1], { ...call, taskQueue: other }],
          [[1], call],
        ],
      ]);
      expect(await handle.result()).toEqual([1, 1]);
      expect(await childrenOf(handle)).toBe(1);
      expect(ran).toEqual([]);
    });
  }));

test('a child without a version, but `behavior: auto`: it is started, and looks by its own code', () =>
  within(async ({ begin, ran }) => {
    const cache = { behavior: 'auto' };
    const handle = await begin('calls', [
      'child',
      [
        [[1], { cache }],
        [[1], { cache }],
      ],
    ]);
    expect(await handle.result()).toEqual([1, 1]);
    expect(await childrenOf(handle)).toBe(2);
    expect(ran).toHaveLength(1);
  }));

describe('modes', () => {
  const call = { cache: { version } };
  const both = (options: object = call): [string, unknown[]] => [
    'calls',
    [
      'child',
      [
        [[1], options],
        [[1], options],
      ],
    ],
  ];
  const asCached = (activities: Bodies) => ({ f: cached({ version: 'a' }, activities.f!) });

  test('an overwrite of the parent recomputes child and Activity once each, though the child is called twice', () =>
    within(
      async ({ begin, result, ran }) => {
        await result(...both());
        expect(ran).toHaveLength(1);
        const handle = await begin(...both(), { cache: { mode: 'overwrite' } });
        await handle.result();
        expect(ran).toHaveLength(2);
        expect(await childrenOf(handle)).toBe(1);
        await result(...both());
        expect(ran).toHaveLength(2);
      },
      undefined,
      asCached,
    ));

  test('given at the child: off and readonly there hold for it alone, an overwrite computes it again', () =>
    within(async ({ begin, result, ran }) => {
      await result('calls', ['child', [[[1], { cache: { version, mode: 'readonly' } }]]]);
      await result('calls', ['child', [[[1], { cache: { version, mode: 'off' } }]]]);
      expect(ran).toHaveLength(2);
      await result(...both());
      expect(ran).toHaveLength(3);
      const handle = await begin('calls', [
        'child',
        [
          [[1], { cache: { version, mode: 'overwrite' } }],
          [[1], call],
        ],
      ]);
      expect(await handle.result()).toEqual([1, 1]);
      expect(ran).toHaveLength(4);
      expect(await childrenOf(handle)).toBe(1);
    }));

  test('limited to other types, a mode leaves the child alone', () =>
    within(async ({ result, ran }) => {
      await result(...both());
      await result(...both(), { cache: { mode: 'overwrite', activities: ['other*'] } });
      expect(ran).toHaveLength(1);
    }));
});

test('what is not valid fails that call for good with the nearest name, and starts nothing', () =>
  within(async ({ begin, ran }) => {
    const handle = await begin('calls', ['child', [[[1], { cache: { verison: '1' } }]]]);
    const { cause } = (await handle.result().catch((error: unknown) => error)) as WorkflowFailedError;
    expect(cause).toMatchObject({ type: 'CacheOptionsError', nonRetryable: true });
    expect(cause!.message).toMatch(/verison.*version/);
    expect(ran).toEqual([]);
  }));
