/** Parents that call children which are cached by what the call says. */
import {
  CancellationScope,
  executeChild,
  isCancellation,
  proxyActivities,
  startChild,
} from '@temporalio/workflow';
import type { ChildWorkflowOptions } from '@temporalio/workflow';

const { f } = proxyActivities<Record<string, (x: unknown) => Promise<any>>>({
  startToCloseTimeout: '1 minute',
  retry: { maximumAttempts: 1 },
});

type Options = Omit<ChildWorkflowOptions, 'workflowId'>;

export async function child(x: unknown, _trace?: string): Promise<unknown> {
  return f!(x);
}

export async function bigChild(length: number): Promise<string> {
  await f!(length);
  return 'x'.repeat(length);
}

/** One after the other. */
export async function calls(type: string, all: [args: unknown[], options?: Options][]): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const [args, options] of all) results.push(await executeChild(type, { args, ...options }));
  return results;
}

/** At once. */
export async function callsAtOnce(type: string, times: number, options: Options): Promise<unknown[]> {
  return Promise.all(Array.from({ length: times }, () => executeChild(type, options)));
}

export async function lengthOf(length: number, cache: Options['cache']): Promise<number> {
  return (await executeChild(bigChild, { args: [length], cache })).length;
}

/** Cancels the call at once. */
export async function callsAndCancels(x: unknown, cache: Options['cache']): Promise<unknown> {
  const scope = new CancellationScope();
  const called = scope.run(() => executeChild(child, { args: [x], cache }));
  scope.cancel();
  return called.catch((error: unknown) => {
    if (isCancellation(error)) return 'cancelled';
    throw error;
  });
}

/** What a handle of a child says. */
export async function handleOf(x: unknown, cache: Options['cache']): Promise<unknown[]> {
  const handle = await startChild(child, { args: [x], cache });
  return [handle.workflowId !== '', handle.firstExecutionRunId !== '', await handle.result()];
}
