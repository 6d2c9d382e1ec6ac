/** A server with a Worker, on which pipelines are run and measured. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { CachePlugin } from 'temporal-activity-cache';
import { actionsOf } from '../serialize/actions';
import { activities, ran } from './activities';
import { LOOKED_UP, MISSES, type Pipeline, type Way, waysOf } from './pipelines';

const TASK_QUEUE = 'bench';

export interface Run {
  pipeline: string;
  way: Way;
  /** From the start to the result. */
  ms: number;
  events: number;
  actions: number;
  /** Activities, but for local ones. */
  scheduled: number;
  workflowTasks: number;
}

const STEPS_OF_MISSES = 20;

export class Stage {
  private misses = 1;

  private constructor(private readonly client: Client) {}

  static async on(address: string, play: (stage: Stage) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    const plugin = new CachePlugin({ store: `sqlite:${join(folder, 'cache.db')}` });
    const connection = await NativeConnection.connect({ address });
    const worker = await Worker.create({
      connection,
      taskQueue: TASK_QUEUE,
      workflowBundle: await bundleWorkflowCode({
        workflowsPath: require.resolve('./workflows'),
        logger: new DefaultLogger('WARN'),
        plugins: [plugin],
      }),
      activities,
      plugins: [plugin],
    });
    try {
      await worker.runUntil(play(new Stage(new Client({ connection }))));
    } finally {
      await plugin.close();
      await connection.close();
      rmSync(folder, { recursive: true });
    }
  }

  /** Fills the cache and warms up; then the ways take turns, each round in another order. */
  async measure(pipeline: Pipeline, rounds: number): Promise<Run[]> {
    const ways = waysOf(pipeline);
    for (let i = 0; i < 2; i++) for (const way of ways) await this.run(pipeline, way);
    const before = ran.bodies;
    const ofMisses = rounds * ways.filter((way) => MISSES.includes(way)).length * STEPS_OF_MISSES;
    const runs: Run[] = [];
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < ways.length; i++)
        runs.push(await this.run(pipeline, ways[(round + i) % ways.length]!));
    }
    const missed = runs.find(({ way, scheduled }) => LOOKED_UP.includes(way) && scheduled > 0);
    if (missed !== undefined) throw new Error(`'${missed.way}' were no hits: Activities were scheduled`);
    const bodies = ran.bodies - before;
    if (bodies !== ofMisses) throw new Error(`${bodies} bodies ran, of ${ofMisses} misses`);
    return runs;
  }

  private async run(pipeline: Pipeline, way: Way): Promise<Run> {
    const { workflow, args: given } = pipeline.ways[way]!;
    const args = MISSES.includes(way) ? [...given, STEPS_OF_MISSES * this.misses++] : given;
    const workflowId = `${workflow}-${randomUUID()}`;
    const began = performance.now();
    const handle = await this.client.workflow.start(workflow, { taskQueue: TASK_QUEUE, workflowId, args });
    await handle.result();
    const ms = performance.now() - began;
    const { events } = await handle.fetchHistory();
    const all = events ?? [];
    return {
      pipeline: pipeline.name,
      way,
      ms,
      events: all.length,
      actions: actionsOf(all),
      scheduled: all.filter((event) => event.activityTaskScheduledEventAttributes != null).length,
      workflowTasks: all.filter((event) => event.workflowTaskCompletedEventAttributes != null).length,
    };
  }
}
