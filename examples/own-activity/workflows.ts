/** The Workflow does not mention the cache. */
import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities';

const { embed } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });

export async function embedAll(texts: string[]): Promise<number[][]> {
  return Promise.all(texts.map((text) => embed(text)));
}
