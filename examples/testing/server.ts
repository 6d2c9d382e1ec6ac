import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { cacheReport, CachePlugin } from 'temporal-activity-cache';
import * as activities from '../own-activity/activities';
import { embedAll } from '../own-activity/workflows';

/** Runs a Workflow twice with a cache of its own, and returns the statuses of its calls. */
export async function statusesOfTwoRuns(env: TestWorkflowEnvironment): Promise<string[][]> {
  const taskQueue = `embeddings-${Date.now()}`;
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowsPath: require.resolve('../own-activity/workflows'),
    activities,
    plugins: [new CachePlugin({ store: 'memory:' })], // empty at the start of each test, and gone after it
  });
  return worker.runUntil(async () => {
    const statuses: string[][] = [];
    for (const run of ['first', 'second']) {
      const handle = await env.client.workflow.start(embedAll, {
        taskQueue,
        workflowId: `${taskQueue}-${run}`,
        args: [['red', 'green']],
      });
      await handle.result();
      const { rows } = await cacheReport(handle);
      statuses.push(rows.map(({ status }) => status));
    }
    return statuses;
  });
}
