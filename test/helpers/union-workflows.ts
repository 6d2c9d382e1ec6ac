/**
 * Workflows of pipelines in which several levels are cached. A sub-workflow is a child on the same queue; a launch plan is a Workflow that may
 * run anywhere.
 */
import { type ChildWorkflowOptions, executeChild, proxyActivities } from '@temporalio/workflow';
import { cachedWorkflow } from 'temporal-activity-cache/workflow';

const activities = proxyActivities<Record<string, (...args: unknown[]) => Promise<any>>>({
  startToCloseTimeout: '1 minute',
  retry: { maximumAttempts: 1 },
});

/** Nothing of it says that it is cached. */
export async function childWf(a: number, b: number, c: number): Promise<number[]> {
  const sums: number[] = [];
  for (let i = 0; i < 5; i++) sums.push((await activities.sum!(a, b, c)) as number);
  return sums;
}

const atCall = { version: '1.0', serialize: true, ignoredInputs: 0 } as const;

export async function parentWithSubWorkflow(
  input: number,
  cache: ChildWorkflowOptions['cache'] = atCall,
): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const _ of [1, 2, 3]) results.push(await executeChild(childWf, { args: [input, 3, 4], cache }));
  return results;
}

/** At once, on a queue that is given. */
export async function parentWithLaunchPlan(input: number, taskQueue: string): Promise<unknown[]> {
  const call = () => executeChild(childWf, { args: [input, 1, 2], taskQueue, cache: atCall });
  return Promise.all([call(), call(), call()]);
}

interface Data {
  rows: number[];
}

/** Only its final result is worth keeping: what lies between is large, and is not kept. */
export const finalReport = cachedWorkflow(
  { version: '1', ignoredInputs: 1 },
  async function finalReport(source: string, _who: string) {
    const raw = (await activities.load!(source)) as Data;
    const clean = (await activities.preprocess!(raw)) as Data;
    return (await activities.evaluate!(clean)) as number;
  },
);

/** A sub-graph of it. */
export const publish = async (source: string): Promise<string> => {
  const score = await executeChild(finalReport, {
    args: [source, 'publisher'],
    cache: { version: '1', ignoredInputs: 1 },
  });
  return `score ${score}`;
};
