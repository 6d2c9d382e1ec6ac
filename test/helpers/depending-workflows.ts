/** Workflows that are cached by their code, and what they use. */
import { ApplicationFailure } from '@temporalio/common';
import { continueAsNew, executeChild, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import { cachedWorkflow } from 'temporal-activity-cache/workflow';

type F = { f: (x: number) => Promise<string> };
const usual = { startToCloseTimeout: '1 minute', retry: { maximumAttempts: 1 } } as const;
const { f } = proxyActivities<F>(usual);

export const usesF = cachedWorkflow('auto', async (x: number) => f(x));
export const usesElsewhere = cachedWorkflow('auto', async (x: number, taskQueue: string) =>
  proxyActivities<F>({ ...usual, taskQueue }).f(x),
);
export const usesLocally = cachedWorkflow('auto', async (x: number) => proxyLocalActivities<F>(usual).f(x));

export async function plainF(x: number): Promise<string> {
  return f(x);
}
export async function failsAfterF(x: number): Promise<string> {
  await f(x);
  throw ApplicationFailure.nonRetryable('after f');
}
export async function continuesWithF(x: number): Promise<string> {
  return x > 0 ? continueAsNew<typeof continuesWithF>(x - 1) : f(x);
}

export const childElsewhere = cachedWorkflow(
  'auto',
  async (type: string, args: unknown[], taskQueue: string) => executeChild(type, { args, taskQueue }),
);
export const catches = cachedWorkflow('auto', async (x: number) =>
  executeChild(failsAfterF, { args: [x] }).catch(() => 'caught'),
);
export const childContinues = cachedWorkflow('auto', async (x: number) =>
  executeChild(continuesWithF, { args: [x] }),
);
export const childFails = cachedWorkflow('auto', async (x: number) =>
  executeChild(failsAfterF, { args: [x] }),
);
export const childTimesOut = cachedWorkflow('auto', async (x: number) =>
  executeChild(continuesWithF, { args: [x], workflowRunTimeout: '3 seconds' }).catch(() => 'caught'),
);

/** Two children one after the other under one id: the first is ended by its timeout. */
export const childAgain = cachedWorkflow('auto', async (x: number, workflowId: string) => {
  const first = { args: [x] as [number], workflowId, workflowRunTimeout: '2 seconds' as const };
  await executeChild(plainF, first).catch(() => undefined);
  return executeChild(plainG, { args: [x], workflowId });
});
const { g } = proxyActivities<{ g: (x: number) => Promise<string> }>(usual);
export async function plainG(x: number): Promise<string> {
  return g(x);
}
export const childOfF = cachedWorkflow('auto', async (x: number) => executeChild(plainF, { args: [x] }));
