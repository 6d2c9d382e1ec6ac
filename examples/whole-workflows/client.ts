import type { Client } from '@temporalio/client';
import { cacheReport } from 'temporal-activity-cache';
import { evaluate, publish, release } from './workflows';

/** Starts each Workflow, and asks for each run what the cache did. */
export async function runAll(client: Client, taskQueue: string, id: string) {
  const options = { taskQueue, args: ['diamonds', id] as [string, string] };
  const evaluated = await client.workflow.start(evaluate, { ...options, workflowId: `evaluate-${id}` });
  // The child of `release` has the same version and inputs, so it shares this entry.
  const published = await client.workflow.start(publish, {
    taskQueue,
    workflowId: `publish-${id}`,
    args: ['diamonds'],
    cache: { version: '1.0', serialize: true },
  });
  const released = await client.workflow.start(release, {
    taskQueue,
    workflowId: `release-${id}`,
    args: ['diamonds'],
  });
  const results = [await evaluated.result(), await published.result(), await released.result()];
  const reports = [await cacheReport(evaluated), await cacheReport(published), await cacheReport(released)];
  return { results, served: reports.map(({ totals }) => totals.hit + totals.joined) };
}
