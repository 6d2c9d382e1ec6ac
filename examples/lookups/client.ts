import type { Client } from '@temporalio/client';
import type { CacheReport } from 'temporal-activity-cache';
import { digest } from './workflows';

/** Makes a digest and asks what the cache did. The query also works on an open run, and from `temporal workflow query`. */
export async function makeDigest(client: Client, taskQueue: string, workflowId: string) {
  const args: Parameters<typeof digest> = [['/a', '/b', '/c'], '/news'];
  const handle = await client.workflow.start(digest, { taskQueue, workflowId, args });
  const { summary } = await handle.result();
  const { totals } = await handle.query<CacheReport>('activity-cache.report');
  return { summary, totals };
}
