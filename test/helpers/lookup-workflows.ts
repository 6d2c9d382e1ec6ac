/** Workflows of the tests of look-ups, beside those of workflows.ts. */
import { RawValue, rawValueTypeInfo } from '@temporalio/common';
import {
  type ActivityOptions,
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import { parallel, sequence, type Step } from './workflows';
import { describeValue, Money, money, SPECIAL } from './special-values';

export * from './workflows';

type F = { f: (...args: unknown[]) => Promise<unknown> };
const usual = { startToCloseTimeout: '1 minute', retry: { maximumAttempts: 1 } } as const;

/** Calls `f` with values that JSON does not have; says what arrives. */
export async function echo(names: string[], cache: ActivityOptions['cache']): Promise<string[]> {
  const call = (name: string) =>
    proxyActivities<F>({ ...usual, cache, activityId: name }).f(...SPECIAL[name]!);
  return Promise.all(names.map(async (name) => describeValue(await call(name))));
}

/** Calls `f` with declared types on both sides. */
export async function pay(cents: number, cache: ActivityOptions['cache']): Promise<string> {
  const { f } = proxyActivities<F>({
    ...usual,
    cache,
    activityTypeInfo: { f: { inputTypes: [money], outputType: money } },
  });
  return describeValue(await f(new Money(cents)));
}

/** Calls `f`, whose result is declared a RawValue here. */
export async function untouched(cache: ActivityOptions['cache']): Promise<string> {
  const { f } = proxyActivities<F>({
    ...usual,
    cache,
    activityTypeInfo: { f: { outputType: rawValueTypeInfo } },
  });
  const value = await f();
  return value instanceof RawValue ? `raw ${new TextDecoder().decode(value.payload.data)}` : 'not raw';
}

/** The lengths of the results of calls that are made at once. */
export async function parallelLengths(steps: Step[]): Promise<number[]> {
  return (await parallel(steps)).map((value) => (value as { length: number }).length);
}

/** Calls in rounds, those of one at once; the last result. */
export async function rounds(step: Step, times: number, atOnce: number): Promise<unknown> {
  let results: unknown[] = [];
  for (let i = 0; i < times; i++) results = await parallel(Array.from({ length: atOnce }, () => step));
  return results[0];
}

/** Calls Activities one after the other, and after the signal `go` some more. */
export async function halted(before: Step[], after: Step[]): Promise<unknown[]> {
  let gone = false;
  setHandler(defineSignal('go'), () => void (gone = true));
  const first = await sequence(before);
  await condition(() => gone);
  return [...first, ...(await sequence(after))];
}

/** Calls an Activity and cancels it in the same Workflow Task; answers what became of it. */
export async function cancelledAtOnce(step: Step): Promise<unknown> {
  const scope = new CancellationScope();
  const result = scope.run(() => sequence([step]));
  await Promise.resolve(); // it has begun to look
  scope.cancel();
  return result.catch((error: unknown) => (isCancellation(error) ? 'cancelled' : 'failed'));
}

/** Notes signals `note` and updates `noted` while an Activity is called. */
export async function noting(step: Step): Promise<{ notes: string[]; results: unknown[] }> {
  const notes: string[] = [];
  setHandler(defineSignal<[string]>('note'), (text) => void notes.push(text));
  setHandler(defineUpdate<string[], [string]>('noted'), (text) => {
    notes.push(text);
    return notes;
  });
  setHandler(defineQuery<string[]>('notes'), () => notes);
  const results = await sequence([step]);
  return { notes, results };
}
