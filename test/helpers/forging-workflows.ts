/** Workflows of somebody who wants to put values of their own into the cache. */
import { ApplicationFailure } from '@temporalio/common';
import { continueAsNew, proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import { cachedWorkflow } from 'temporal-activity-cache/workflow';

type Any = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** The victim. */
export const honest = cachedWorkflow({ version: '1' }, async function honest(x: number): Promise<string> {
  return `honest ${x}`;
});

/** The victim, whose history has a signed header. */
export const lengthy = cachedWorkflow(
  { version: '1' },
  async function lengthy(x: number, left = 1): Promise<string> {
    return left === 0 ? `honest ${x}` : continueAsNew<typeof lengthy>(x, left - 1);
  },
);

/** Any Workflow that returns what it is given. */
export async function echo(value: unknown): Promise<unknown> {
  return value;
}

/** Its second attempt continues a run, as a retry does. */
export async function echoOnRetry(value: unknown): Promise<unknown> {
  if (workflowInfo().attempt === 1) throw ApplicationFailure.create({ message: 'once more' });
  return value;
}

/** Any interpreter of steps that somebody else gives it. */
export async function interpret(isLocal: boolean, type: string, args: unknown[]): Promise<unknown> {
  const options = { startToCloseTimeout: '1 minute', retry: { maximumAttempts: 1 } } as const;
  const activities: Any = isLocal ? proxyLocalActivities(options) : proxyActivities(options);
  return activities[type]!(...args);
}
