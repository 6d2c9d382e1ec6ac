/** Runs of a cached Workflow that follow one another, are reset, replay, and hear of others while they are looked up. */
import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { WorkerSetup } from '../helpers/temporal';
import { reset } from '../helpers/reset';
import { until } from '../helpers/until';
import { type Bodies, type Handle, told, type WholeScene, wholeScenes } from '../helpers/whole-scene';

const withWhole = wholeScenes(require.resolve('../helpers/failing-workflows'));

const echo: Bodies = { f: async (x: unknown) => x };

describe('runs that follow one another', () => {
  test('a retry policy: each attempt looks up, and the one that returns stores', () =>
    withWhole(echo, async ({ begin, ran, result }) => {
      const retry = { initialInterval: 1, maximumAttempts: 3 };
      expect(await result('flaky', [1, 2], { retry })).toBe('at last');
      expect(ran).toHaveLength(3);
      const warm = await begin('flaky', [1, 2]);
      expect(await warm.result()).toBe('at last');
      expect(await told(warm)).toEqual(['flaky hit']);
    }));

  test('a retry of a run that continued another stores under the inputs of the first', () =>
    withWhole(echo, async ({ ran, result }) => {
      const retry = { initialInterval: 1, maximumAttempts: 3 };
      expect(await result('flakyLater', [1], { retry })).toBe('at last');
      expect(ran).toEqual(['f 1', 'f 0', 'f 0']);
      expect(await result('flakyLater', [1])).toBe('at last');
      expect(ran).toHaveLength(3);
    }));

  test('continued as another type, under `serialize`: one execution, found by the inputs of the first', () =>
    withWhole(echo, async ({ ran, result, begin }) => {
      const handles = await Promise.all([1, 2, 3].map(() => begin('first', [1])));
      expect(await Promise.all(handles.map((handle) => handle.result()))).toEqual(
        Array(3).fill('second of 2'),
      );
      expect(ran).toEqual(['f 1', 'f 2']);
      expect(await result('second', [2])).toBe('second of 2');
      expect(ran).toHaveLength(3);
    }));

  test('continued as a type that a mode leaves out: what the first asked for holds', () =>
    withWhole(echo, async ({ ran, result }) => {
      await result('first', [1], { cache: { mode: 'off', activities: ['second'] } });
      expect(await result('first', [1])).toBe('second of 2');
      expect(ran).toHaveLength(2);
    }));

  test('each firing of a cron looks up for itself', () =>
    withWhole(echo, async ({ client, begin, ran }) => {
      const cron = await begin('whole', [1], { cronSchedule: '@every 1s' });
      const { workflowId, firstExecutionRunId } = cron;
      const runIds = new Set([firstExecutionRunId]);
      await until(
        async () => runIds.add((await client.workflow.getHandle(workflowId).describe()).runId).size === 3,
      );
      await client.workflow.getHandle(workflowId).terminate();
      const [cold, warm] = [...runIds].map((runId) => client.workflow.getHandle(workflowId, runId) as Handle);
      expect(await told(cold!)).toEqual(['whole stored new']);
      expect(await told(warm!)).toEqual(['whole hit']);
      expect(ran).toEqual(['f 1']);
    }));

  test('each firing of a schedule looks up, as the schedule says', () =>
    withWhole(echo, async ({ client, taskQueue, ran }) => {
      const scheduleId = `schedule-${randomUUID()}`;
      const action = { type: 'startWorkflow' as const, workflowType: 'plain', taskQueue, args: [1], ...{ cache: { version: '1' } } }; // prettier-ignore
      const schedule = await client.schedule.create({ scheduleId, spec: {}, action });
      const statuses: string[] = [];
      for (const firing of [1, 2]) {
        await schedule.trigger();
        let { recentActions } = (await schedule.describe()).info;
        while (recentActions.length < firing) ({ recentActions } = (await schedule.describe()).info);
        const { workflowId } = recentActions.at(-1)!.action.workflow;
        const handle = client.workflow.getHandle(workflowId) as Handle;
        expect(await handle.result()).toBe(1);
        statuses.push(...(await told(handle)));
      }
      await schedule.delete();
      expect(statuses).toEqual(['plain stored new', 'plain hit']);
      expect(ran).toEqual(['f 1']);
    }));
});

describe('without a Workflow cache, every Workflow Task replays', () => {
  const worker: WorkerSetup = { maxCachedWorkflows: 0 };

  test('cold, warm, waiting and continued', () =>
    withWhole(
      echo,
      async ({ begin, result, ran }) => {
        const alone = await Promise.all([1, 2, 3].map(() => begin('alone', [7])));
        expect(await Promise.all(alone.map((handle) => handle.result()))).toEqual([7, 7, 7]);
        expect(await result('continued', [1, 1])).toBe(2);
        expect(await result('continued', [1, 1])).toBe(2);
        expect(await result('parentOf', ['whole', [9], { version: '1' }])).toMatchObject({ value: 9 });
        expect(await result('parentOf', ['whole', [9], { version: '1' }])).toMatchObject({ value: 9 });
        expect(ran).toEqual(['f 7', 'f 1', 'f 2', 'f 9']);
      },
      { worker },
    ));
});

describe('reset', () => {
  test('to before a hit: it looks up again, and what was invalidated meanwhile is computed', () =>
    withWhole(echo, async (scene) => {
      const { begin, result, ran, cache, client } = scene;
      await result('whole', [1]);
      const warm = await begin('whole', [1]);
      await warm.result();
      await cache.invalidate({ all: true });
      const again = await reset(client, warm, 0);
      expect(await again.result()).toBe(1);
      expect(ran).toHaveLength(2);
      expect(await told(again)).toEqual(['whole stored invalidated']);
    }));

  test('to after the hit of a child: the hit stands as it was recorded', () =>
    withWhole(echo, async (scene) => {
      const { begin, result, ran, cache, client } = scene;
      await result('parentOf', ['plain', [1], { version: '1' }]);
      const parent = await begin('parentThenTimer', ['plain', [1], { version: '1' }]);
      expect(await parent.result()).toBe(1);
      await cache.invalidate({ all: true });
      const again = await reset(client, parent, -1);
      expect(await client.workflow.getHandle(again.workflowId).result()).toBe(1);
      expect(ran).toHaveLength(1);
    }));
});

describe('what arrives with its start', () => {
  const withUpdate = ({ client, taskQueue }: WholeScene, x: number, word: string) => {
    const startWorkflowOperation = new WithStartWorkflowOperation('talkative', {
      taskQueue,
      workflowId: `talkative-${randomUUID()}`,
      args: [x],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    const update = client.workflow.executeUpdateWithStart('add', { args: [word], startWorkflowOperation });
    return { update, handle: () => startWorkflowOperation.workflowHandle() };
  };

  test('an update reaches a Workflow that is computed, and its validator is asked', () =>
    withWhole(echo, async (scene) => {
      const { update, handle } = withUpdate(scene, 1, 'hello');
      expect(await update).toBe('1: hello');
      expect(await (await handle()).result()).toEqual(['hello']);
      const refused = withUpdate(scene, 2, 'nonsense');
      await expect(refused.update).rejects.toMatchObject({ cause: { message: 'that is nonsense' } });
      await (await refused.handle()).terminate();
    }));

  test('an update of a Workflow whose result is in the cache fails, and says why', () =>
    withWhole(echo, async (scene) => {
      const { update, handle } = withUpdate(scene, 1, 'hello');
      await update;
      await (await handle()).result();
      const late = withUpdate(scene, 1, 'again');
      await expect(late.update).rejects.toMatchObject({
        cause: { message: expect.stringContaining('No registered handler') },
      });
      expect(await (await late.handle()).result()).toEqual(['hello']);
    }));

  test('a Workflow that never ran takes a signal and ends, and has no query of its own', () =>
    withWhole(echo, async ({ client, taskQueue }) => {
      const start = (word: string) =>
        client.workflow.signalWithStart('talkative', {
          taskQueue,
          workflowId: `talkative-${randomUUID()}`,
          args: [3],
          signal: 'say',
          signalArgs: [word],
        });
      expect(await (await start('first')).result()).toEqual(['first']);
      const warm = await start('second');
      expect(await warm.result()).toEqual(['first']);
      await expect(warm.query('heard')).rejects.toThrow(/did not register a handler|unknown queryType|heard/);
      expect(await warm.query('activity-cache.report')).toMatchObject({ totals: { hit: 1 } });
    }));
});
