import type { Client } from '@temporalio/client';
import { cacheReport } from 'temporal-activity-cache';
import { evaluate, publish, release } from './workflows';

/** Starts each of them, and says of each run what the cache did. */
export async function runAll(client: Client, taskQueue: string, id: string) {
  const options = { taskQueue, args: ['diamonds', id] as [string, string] };
  const evaluated = await client.workflow.start(evaluate, { ...options, workflowId: `evaluate-${id}` });
  // As a child of `release` would be: the same version and inputs are the same entry.
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
