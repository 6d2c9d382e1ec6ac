/** Callers that want the same at once: serialized, without any coordination, and with a lock around it. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type WorkflowExecutionInfo } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { cached, CachePlugin, cacheReport } from 'temporal-activity-cache';
import { actionsOf } from './actions';
import { Bodies } from './bodies';
import { lockActivities } from './lock-activities';

const TASK_QUEUE = 'bench';

const WORKFLOWS = {
  'looked up': 'callLookedUp',
  serialized: 'callSerialized',
  plain: 'callPlain',
  mutex: 'callLocked',
};

export type Way = keyof typeof WORKFLOWS;

export interface Result {
  callers: number;
  way: Way;
  /** From the first start to the last result. */
  ms: number;
  executions: number;
  /** How many took the value of an execution that they had waited for. */
  joined: number;
  /** In all histories: of the callers, and of the reservation or lock. */
  events: number;
  actions: number;
}

export class Contest {
  private constructor(
    private readonly client: Client,
    private readonly bodies: Bodies,
  ) {}

  /** With a Worker that has a slot for each of `callers`. */
  static async with(
    address: string,
    callers: number,
    run: (contest: Contest) => Promise<void>,
  ): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    const plugin = new CachePlugin({ store: `sqlite:${join(folder, 'cache.db')}` });
    // On the connection too: then a thread works on the reservations.
    const connection = await NativeConnection.connect({ address, plugins: [plugin] });
    const client = new Client({ connection });
    const bodies = new Bodies();
    const body = async (round: string) => bodies.run(round);
    const worker = await Worker.create({
      connection,
      taskQueue: TASK_QUEUE,
      workflowBundle: await bundleWorkflowCode({
        workflowsPath: require.resolve('./workflows'),
        logger: new DefaultLogger('WARN'),
        plugins: [plugin],
      }),
      activities: {
        serialized: cached({ version: '1', serialize: true }, async (round: string) => body(round)),
        plain: body,
        ...lockActivities(client),
      },
      interceptors: { activity: [bodies.interceptors] },
      maxConcurrentActivityTaskExecutions: callers + 50,
      plugins: [plugin],
    });
    try {
      await worker.runUntil(run(new Contest(client, bodies)));
    } finally {
      await plugin.close();
      await connection.close();
      rmSync(folder, { recursive: true });
    }
  }

  /** Once more, if the server lost a task on the way to the Worker: what then is measured is the task's timeout. */
  async round(way: Way, callers: number): Promise<Result> {
    for (;;) {
      const { lost, ...result } = await this.try(way, callers);
      if (!lost) return result;
    }
  }

  /** One unrelated Activity after another, in ms each: alone, and beside Workflows that wait. */
  async beside(callers: number, calls: number): Promise<{ alone: number[]; beside: number[] }> {
    const { workflow } = this.client;
    const round = randomUUID();
    this.bodies.expect(round, callers, true);
    const start = (i: number) =>
      workflow.start(WORKFLOWS['looked up'], {
        taskQueue: TASK_QUEUE,
        workflowId: `waiting-${round}-${i}`,
        args: [round],
      });
    const alone = await this.unrelated(calls);
    const handles = await Promise.all(Array.from({ length: callers }, (_, i) => start(i)));
    await this.inLine(callers - 1);
    const beside = await this.unrelated(calls);
    this.bodies.complete(round);
    await Promise.all(handles.map((handle) => handle.result()));
    return { alone, beside };
  }

  /** Resolves when so many wait for one reservation. */
  private async inLine(callers: number): Promise<void> {
    const query = `WorkflowType = 'activityCacheReservationV1' AND ExecutionStatus = 'Running'`;
    for (;;) {
      for await (const { workflowId } of this.client.workflow.list({ query })) {
        const { memo } = await this.client.workflow.getHandle(workflowId).describe();
        if (Number(memo?.waiting) >= callers) return;
      }
      await sleep(50);
    }
  }

  private async unrelated(calls: number): Promise<number[]> {
    const times: number[] = [];
    for (let call = 0; call < calls; call++) {
      const round = randomUUID();
      this.bodies.expect(round, 1);
      const began = performance.now();
      const taskQueue = TASK_QUEUE;
      await this.client.workflow.execute('callPlain', {
        taskQueue,
        workflowId: `unrelated-${round}`,
        args: [round],
      });
      times.push(performance.now() - began);
    }
    return times;
  }

  private async try(way: Way, callers: number): Promise<Result & { lost: boolean }> {
    const round = randomUUID();
    const { workflow } = this.client;
    this.bodies.expect(round, way === 'mutex' ? 1 : callers);
    const start = (i: number) =>
      workflow.start(WORKFLOWS[way], {
        taskQueue: TASK_QUEUE,
        workflowId: `${WORKFLOWS[way]}-${round}-${i}`,
        args: [round],
      });
    const began = performance.now();
    const handles = await Promise.all(Array.from({ length: callers }, (_, i) => start(i)));
    await Promise.all(handles.map((handle) => handle.result()));
    const ms = performance.now() - began;

    const runs: { workflowId: string; runId?: string }[] = [...handles];
    let joined = 0;
    if (way === 'serialized' || way === 'looked up') {
      const rows = (await oneByOne(handles, (handle) => cacheReport(handle))).flatMap(
        (report) => report.rows,
      );
      joined = rows.filter(({ status }) => status === 'joined').length;
      const key = rows[0]!.key;
      const isItsReservation = ({ workflowId }: { workflowId: string }) => workflowId.endsWith(`/${key}`);
      runs.push(...(await this.runs("WorkflowType = 'activityCacheReservationV1'", isItsReservation)));
    }
    if (way === 'mutex') {
      await workflow.getHandle(`lock-${round}`).terminate(); // it never ends by itself
      runs.push(...(await this.runs(`WorkflowId = 'lock-${round}'`, () => true)));
    }
    const histories = await oneByOne(runs, async ({ workflowId, runId }) => {
      const history = await workflow.getHandle(workflowId, runId).fetchHistory();
      return history.events ?? [];
    });
    const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
    return {
      callers,
      way,
      ms,
      executions: this.bodies.ran(round),
      joined,
      events: sum(histories.map((events) => events.length)),
      actions: sum(histories.map(actionsOf)),
      lost: histories.flat().some((event) => (event.activityTaskStartedEventAttributes?.attempt ?? 1) > 1),
    };
  }

  /** All runs, once the last of them has ended, as it does by now: the server lists them with a delay. */
  private async runs(
    query: string,
    matches: (run: WorkflowExecutionInfo) => boolean,
  ): Promise<WorkflowExecutionInfo[]> {
    for (;;) {
      const found: WorkflowExecutionInfo[] = [];
      for await (const run of this.client.workflow.list({ query })) if (matches(run)) found.push(run);
      const states = found.map(({ status }) => status.name);
      if (!states.includes('RUNNING') && states.some((state) => state !== 'CONTINUED_AS_NEW')) return found;
      await sleep(50);
    }
  }
}

/** What is asked afterwards does not flood the server. */
async function oneByOne<T, R>(of: readonly T[], ask: (one: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (const one of of) answers.push(await ask(one));
  return answers;
}
