import { executeChild, proxyActivities } from '@temporalio/workflow';
import { cachedWorkflow } from 'temporal-activity-cache/workflow';
import type * as activities from './activities';

const { load, clean, score } = proxyActivities<typeof activities>({ startToCloseTimeout: '10 minutes' });

/** The version follows the code that this function reaches, and what the run used. Only the final result is kept. */
export const evaluate = cachedWorkflow(
  { behavior: 'auto', ttl: '30 days', ignoredInputs: 1 },
  async function evaluate(source: string, _requestedBy: string): Promise<number> {
    return score(await clean(await load(source)));
  },
);

/** Declares no caching. Its callers do. */
export async function publish(source: string): Promise<string> {
  return `published: ${await score(await load(source))}`;
}

/** A child whose result is in the cache is not started. When many parents need it at the same time, one has it computed. */
export async function release(source: string): Promise<string> {
  return executeChild(publish, { args: [source], cache: { version: '1.0', serialize: true } });
}
