/** What a run says of the cache, and how far it reaches. */
import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { cachedAll, CacheOptionsError, CachePlugin, cacheReport, MemoryStore } from 'temporal-activity-cache';
import { listed } from '../helpers/listed';
import { type Around, bundle, withWorker } from '../helpers/temporal';

const told = async (handle: Parameters<typeof cacheReport>[0]) =>
  (await cacheReport(handle)).rows.map(({ status, why, reason }) =>
    [status, why, reason].filter(Boolean).join(' '),
  );

type Body = (
  around: Around & {
    runs: Record<string, number>;
    store: MemoryStore;
    go: (cache: unknown, workflow?: string, ...args: unknown[]) => ReturnType<Around['start']>;
  },
) => Promise<unknown>;

/** A Worker with the plugin everywhere; its Activities answer how often they ran. */
async function controlled(body: Body): Promise<void> {
  const runs: Record<string, number> = {};
  const count = (name: string) => async (x: number) => [name, x, (runs[name] = (runs[name] ?? 0) + 1)];
  const activities = cachedAll('auto', { f: count('f'), train: count('train'), evaluate: count('evaluate') });
  const store = new MemoryStore();
  const plugins = [new CachePlugin({ store })];
  const workflowBundle = await bundle({ plugins: [...plugins] });
  await withWorker(
    { activities, workflowBundle, plugins: [...plugins], client: { plugins: [...plugins] } },
    async (around) => {
      const go = (cache: unknown, workflow = 'sequence', ...args: unknown[]) =>
        around.client.workflow.start(workflow, {
          taskQueue: around.taskQueue,
          workflowId: `control-${randomUUID()}`,
          args: args.length > 0 ? args : [[{ type: 'f', args: [1] }]],
          cache: cache as object,
        });
      await body({ ...around, runs, store, go });
    },
  );
}

const finished = async (handle: ReturnType<Around['start']>) => {
  const started = await handle;
  await started.result();
  return started;
};

test('use, overwrite, readonly and off do what they say', async () => {
  await controlled(async ({ go, runs }) => {
    expect(await told(await finished(go({ mode: 'readonly' })))).toEqual(['unstored new readonly']);
    expect(await told(await finished(go({ mode: 'use' })))).toEqual(['stored new']);
    expect(await told(await finished(go(undefined)))).toEqual(['hit']);
    expect(await told(await finished(go({ mode: 'readonly' })))).toEqual(['hit']);
    expect(await told(await finished(go({ mode: 'off' })))).toEqual(['bypassed off']);
    expect(await told(await finished(go({ mode: 'overwrite' })))).toEqual(['stored overwrite']);
    const last = await finished(go(undefined));
    expect(await told(last)).toEqual(['hit']);
    expect(await last.result()).toEqual([['f', 1, 4]]);
    expect(runs.f).toBe(4);
  });
});

test('an overwriting run computes each call once: repeats, local ones, children, retries and continued runs find it fresh', async () => {
  await controlled(async ({ go, runs, client }) => {
    await finished(go(undefined));
    const handle = await go({ mode: 'overwrite' }, 'deep', { type: 'f', args: [1] }, 2);
    expect(await handle.result()).toBe('done');
    expect(runs.f).toBe(2);
    const all = [];
    await listed(client);
    for await (const { workflowId, runId } of client.workflow.list({
      query: `WorkflowId STARTS_WITH "${handle.workflowId}"`,
    })) {
      all.push(...(await told(client.workflow.getHandle(workflowId, runId))));
    }
    expect(all.filter((status) => status !== 'hit')).toEqual(['stored overwrite']);
    expect(all.length).toBeGreaterThanOrEqual(8);
  });
});

test('a mode limited to patterns leaves other Activities as they are', async () => {
  await controlled(async ({ go }) => {
    const steps = ['f', 'train', 'evaluate'].map((type) => ({ type, args: [1] }));
    await finished(go(undefined, 'sequence', steps));
    const cache = { mode: 'overwrite', activities: ['tr*', '*val*'] };
    expect(await told(await finished(go(cache, 'sequence', steps)))).toEqual([
      'hit',
      'stored overwrite',
      'stored overwrite',
    ]);
  });
});

test('a failing overwrite leaves the old entry', async () => {
  let fail = false;
  const f = async (x: number) => {
    if (fail) throw new Error('no luck');
    return x;
  };
  const plugins = [new CachePlugin({ store: 'memory:' })];
  const setup = {
    activities: cachedAll('auto', { f }),
    workflowBundle: await bundle({ plugins: [...plugins] }),
    plugins,
    client: { plugins },
  };
  await withWorker(setup, async ({ client, taskQueue }) => {
    const go = (cache?: object) =>
      client.workflow.start('sequence', {
        taskQueue,
        workflowId: `failing-${randomUUID()}`,
        args: [[{ type: 'f', args: [1] }]],
        cache,
      });
    await finished(go());
    fail = true;
    await expect(finished(go({ mode: 'overwrite' }))).rejects.toThrow();
    expect(await told(await finished(go()))).toEqual(['hit']);
  });
});

test('signalWithStart, update-with-start, schedules and standalone Activities take the same option', async () => {
  await controlled(async ({ client, taskQueue, go, runs }) => {
    await finished(go(undefined));
    const common = { taskQueue, cache: { mode: 'overwrite' } as const };
    const signalled = await client.workflow.signalWithStart('stepwise', {
      ...common,
      workflowId: `s-${randomUUID()}`,
      signal: 'finish',
    });
    await signalled.result();
    const operation = new WithStartWorkflowOperation('stepwise', {
      ...common,
      workflowId: `u-${randomUUID()}`,
      workflowIdConflictPolicy: 'FAIL',
    });
    await client.workflow.executeUpdateWithStart('step', { args: [1], startWorkflowOperation: operation });
    expect(runs.f).toBe(2);
    await (await operation.workflowHandle()).terminate();

    const start = { taskQueue, startToCloseTimeout: '1 minute' } as const;
    expect(await client.activity.execute('f', { ...start, id: randomUUID(), args: [1] })).toEqual([
      'f',
      1,
      2,
    ]);
    expect(
      await client.activity.execute('f', {
        ...start,
        id: randomUUID(),
        args: [1],
        cache: { mode: 'overwrite' },
      }),
    ).toEqual(['f', 1, 3]);

    const scheduleId = `schedule-${randomUUID()}`;
    const action = { type: 'startWorkflow' as const, workflowType: 'sequence', taskQueue, workflowId: scheduleId, args: [[{ type: 'f', args: [1] }, { type: 'f', args: [1] }]], ...{ cache: { mode: 'overwrite' } } }; // prettier-ignore
    const schedule = await client.schedule.create({ scheduleId, spec: {}, action });
    for (const firing of [1, 2]) {
      await schedule.trigger();
      let { recentActions } = (await schedule.describe()).info;
      while (recentActions.length < firing) ({ recentActions } = (await schedule.describe()).info);
      const { workflowId, firstExecutionRunId } = recentActions.at(-1)!.action.workflow;
      const handle = client.workflow.getHandle(workflowId, firstExecutionRunId);
      await handle.result();
      expect(await told(handle)).toEqual(['stored overwrite', 'hit']); // each firing anew, once
    }
    expect(runs.f).toBe(5);
    await schedule.delete();
  });
});

test('a schedule that fires by itself computes anew at each firing, once', async () => {
  await controlled(async ({ client, taskQueue, go }) => {
    await finished(go(undefined));
    const scheduleId = `schedule-${randomUUID()}`;
    const step = { type: 'f', args: [1] };
    const action = { type: 'startWorkflow' as const, workflowType: 'sequence', taskQueue, workflowId: scheduleId, args: [[step, step]], ...{ cache: { mode: 'overwrite' } } }; // prettier-ignore
    const spec = { intervals: [{ every: '1s' as const }] };
    const schedule = await client.schedule.create({ scheduleId, spec, action });
    let { recentActions } = (await schedule.describe()).info;
    while (recentActions.length < 2) ({ recentActions } = (await schedule.describe()).info);
    await schedule.delete();
    for (const [i, { action: fired }] of recentActions.slice(0, 2).entries()) {
      const { workflowId, firstExecutionRunId } = fired.workflow;
      const handle = client.workflow.getHandle(workflowId, firstExecutionRunId);
      expect(await handle.result()).toEqual([['f', 1, i + 2], ['f', 1, i + 2]]); // prettier-ignore
      expect(await told(handle)).toEqual(['stored overwrite', 'hit']);
    }
  });
});

test('each run of a cron computes anew, once', async () => {
  await controlled(async ({ client, taskQueue, go }) => {
    await finished(go(undefined));
    const workflowId = `cron-${randomUUID()}`;
    const step = { type: 'f', args: [1] };
    const cron = { cronSchedule: '@every 1s', cache: { mode: 'overwrite' } as const };
    const handle = await client.workflow.start('sequence', {
      ...cron,
      taskQueue,
      workflowId,
      args: [[step, step]],
    });
    const runIds = new Set<string>();
    while (runIds.size < 3) runIds.add((await client.workflow.getHandle(workflowId).describe()).runId);
    for (const runId of [...runIds].slice(0, 2)) {
      expect(await told(client.workflow.getHandle(workflowId, runId))).toEqual(['stored overwrite', 'hit']);
    }
    await client.workflow.getHandle(handle.workflowId).terminate();
  });
});

test("the Temporal CLI's option --headers is heard: plain JSON in a header", async () => {
  await controlled(async ({ client, taskQueue, go }) => {
    await finished(go(undefined));
    const json = (text: string) => ({
      metadata: { encoding: Buffer.from('json/plain') },
      data: Buffer.from(text),
    });
    const workflowId = `cli-${randomUUID()}`;
    await client.workflowService.startWorkflowExecution({
      namespace: 'default',
      requestId: randomUUID(),
      workflowId,
      workflowType: { name: 'sequence' },
      taskQueue: { name: taskQueue },
      input: { payloads: [json('[{"type":"f","args":[1]}]')] },
      header: { fields: { 'activity-cache': json('{"mode":"overwrite"}') } },
    });
    const handle = client.workflow.getHandle(workflowId);
    expect(await handle.result()).toEqual([['f', 1, 2]]);
    expect(await told(handle)).toEqual(['stored overwrite']);
  });
});

test('the memo is heard where no header can be given', async () => {
  await controlled(async ({ client, taskQueue, go }) => {
    await finished(go(undefined));
    const options = {
      taskQueue,
      args: [[{ type: 'f', args: [1] }]],
      memo: { 'activity-cache': { mode: 'overwrite' } },
    };
    const handle = await client.workflow.start('sequence', {
      ...options,
      workflowId: `memo-${randomUUID()}`,
    });
    await handle.result();
    expect(await told(handle)).toEqual(['stored overwrite']);
  });
});

test('what is no control is only data: the run goes on as without it', async () => {
  await controlled(async ({ client, taskQueue, go }) => {
    await finished(go(undefined));
    for (const memo of ['overwrite', { mode: 'all' }, { mode: 'overwrite', activities: 'f' }, [1], 7]) {
      const options = { taskQueue, args: [[{ type: 'f', args: [1] }]], memo: { 'activity-cache': memo } };
      const handle = await client.workflow.start('sequence', {
        ...options,
        workflowId: `odd-${randomUUID()}`,
      });
      await handle.result();
      expect(await told(handle)).toEqual(['hit']);
    }
  });
});

test('a misspelt option is refused by the client, with the nearest valid name', async () => {
  await controlled(async ({ go }) => {
    await expect(go({ mod: 'off' })).rejects.toThrow(/unknown field 'mod'; did you mean 'mode'/);
    await expect(go({ mode: 'of' })).rejects.toThrow(CacheOptionsError);
    await expect(go('overwrite')).rejects.toThrow(CacheOptionsError);
  });
});
