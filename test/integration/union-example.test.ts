/**
 * Tasks, sub-workflows and launch plans are cached at once, each on its own level, by options where they are called; and a graph of which only
 * the final result is kept is not visited again.
 */
import { cachedAll } from 'temporal-activity-cache';
import { countOf, told, type WholeScene, wholeScenes } from '../helpers/whole-scene';

const withUnion = wholeScenes(require.resolve('../helpers/union-workflows'));

describe('a task, its sub-workflow and a launch plan, all cached', () => {
  const sums = (test: (scene: WholeScene) => Promise<void>) =>
    withUnion({ sum: async (a: number, b: number, c: number) => a + b + c }, test, {
      wrap: (activities) =>
        cachedAll(
          { version: '1.0', serialize: true, ignoredInputs: 0, parameters: ['a', 'b', 'c'] },
          activities,
        ),
    });

  test('the task runs once, the child once; the others find what it stored', () =>
    sums(async ({ begin, ran }) => {
      const handle = await begin('parentWithSubWorkflow', [10]);
      expect(await handle.result()).toEqual(Array(3).fill(Array(5).fill(17)));
      expect(ran).toEqual(['sum 10 3 4']);
      expect(await told(handle)).toEqual(['childWf hit', 'childWf hit']);
      expect(await countOf(handle, 'startChildWorkflowExecutionInitiated')).toBe(1);
    }));

  test('the ignored input has no part in it on any level; another one has', () =>
    sums(async ({ result, ran }) => {
      await result('parentWithSubWorkflow', [10]);
      expect(await result('parentWithSubWorkflow', [99])).toEqual(Array(3).fill(Array(5).fill(17)));
      expect(await result('childWf', [55, 3, 4])).toEqual(Array(5).fill(17));
      expect(ran).toEqual(['sum 10 3 4']);
      expect(await result('childWf', [55, 3, 5])).toEqual(Array(5).fill(63));
      expect(ran).toEqual(['sum 10 3 4', 'sum 55 3 5']);
    }));

  test('each level hits on its own: the task below a child of another version, the child below another parent', () =>
    sums(async ({ begin, client, taskQueue, ran }) => {
      await (await begin('parentWithSubWorkflow', [10])).result();
      const another = await begin('parentWithSubWorkflow', [10, { version: '2.0' }]);
      expect(await another.result()).toEqual(Array(3).fill(Array(5).fill(17)));
      expect(await countOf(another, 'startChildWorkflowExecutionInitiated')).toBe(1);
      expect(ran).toEqual(['sum 10 3 4']);
      const outside = await client.workflow.start('childWf', {
        taskQueue,
        workflowId: `outside-${taskQueue}`,
        args: [0, 3, 4],
        cache: { version: '1.0', ignoredInputs: 0 },
      });
      expect(await outside.result()).toEqual(Array(5).fill(17));
      expect(await told(outside)).toEqual(['childWf hit']);
    }));

  test('launch plans that are started at once on a queue are one execution', () =>
    sums(async ({ result, taskQueue, ran }) => {
      const results = await result('parentWithLaunchPlan', [10, taskQueue]);
      expect(results).toEqual(Array(3).fill(Array(5).fill(13)));
      expect(ran).toEqual(['sum 10 1 2']);
      await result('parentWithLaunchPlan', [11, taskQueue]);
      expect(ran).toHaveLength(1);
    }));

  test('an overwrite of the parent computes the child and the task once each, and the diamond shares them', () =>
    sums(async ({ begin, ran }) => {
      await (await begin('parentWithSubWorkflow', [10])).result();
      const handle = await begin('parentWithSubWorkflow', [10], { cache: { mode: 'overwrite' } });
      await handle.result();
      expect(ran).toEqual(['sum 10 3 4', 'sum 10 3 4']);
      expect(await told(handle)).toEqual(['childWf hit', 'childWf hit']);
    }));
});

describe('only the final result of a graph is kept', () => {
  const graph = (test: (scene: WholeScene) => Promise<void>) =>
    withUnion(
      {
        load: async () => ({ rows: Array.from({ length: 1_000 }, (_, i) => i) }),
        preprocess: async ({ rows }: { rows: number[] }) => ({ rows: rows.map((x) => x + 1) }),
        evaluate: async ({ rows }: { rows: number[] }) => rows.length,
      },
      test,
    );

  test('nothing upstream is visited, and no input of it is loaded: one Workflow Task, and no Activity', () =>
    graph(async ({ begin, ran, cache }) => {
      expect(await (await begin('finalReport', ['diamonds', 'a'])).result()).toBe(1_000);
      expect(ran.map((text) => text.split(' ')[0])).toEqual(['load', 'preprocess', 'evaluate']);
      const warm = await begin('finalReport', ['diamonds', 'b']);
      expect(await warm.result()).toBe(1_000);
      expect(ran).toHaveLength(3);
      expect(await countOf(warm, 'workflowTaskCompleted')).toBe(1);
      expect(await countOf(warm, 'activityTaskScheduled')).toBe(0);
      expect((await cache.stats()).byActivity).toEqual({
        finalReport: { entries: 1, bytes: expect.any(Number) },
      });
    }));

  test('a sub-graph returns its result to another Workflow without being started', () =>
    graph(async ({ begin, ran }) => {
      await (await begin('finalReport', ['diamonds', 'a'])).result();
      const handle = await begin('publish', ['diamonds']);
      expect(await handle.result()).toBe('score 1000');
      expect(ran).toHaveLength(3);
      expect(await countOf(handle, 'startChildWorkflowExecutionInitiated')).toBe(0);
      expect(await (await begin('publish', ['emeralds'])).result()).toBe('score 1000');
      expect(ran).toHaveLength(6);
    }));
});
