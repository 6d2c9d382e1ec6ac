/** The Workflows of the integration tests: thin, so that a test says what it calls. */
import { ApplicationFailure, RawValue } from '@temporalio/common';
import {
  type ActivityOptions,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  executeChild,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';

type AnyActivities = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** One Activity call: its type, its arguments, and options that differ from the usual ones. */
export interface Step {
  type: string;
  args?: unknown[];
  local?: boolean;
  options?: Partial<ActivityOptions>;
}

const usual = { startToCloseTimeout: '1 minute', retry: { maximumAttempts: 1 } } as const;

function call({ type, args = [], local = false, options = {} }: Step): Promise<unknown> {
  const activities = local
    ? proxyLocalActivities<AnyActivities>({ ...usual })
    : proxyActivities<AnyActivities>({ ...usual, ...options });
  return activities[type]!(...args);
}

/** Calls Activities one after the other, and answers their results. */
export async function sequence(steps: Step[]): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const step of steps) results.push(await call(step));
  return results;
}

/** Calls Activities at once, and answers their results. */
export async function parallel(steps: Step[]): Promise<unknown[]> {
  return Promise.all(steps.map(call));
}

/** Calls Activity `f` with a value that JSON does not have: ordinary, local, ordinary again. */
export async function special(name: string): Promise<void> {
  const values: Record<string, unknown[]> = {
    undefined: [undefined],
    null: [null],
    bytes: [new Uint8Array([1, 2, 255])],
    raw: [new RawValue({ a: 1 })],
    date: [new Date(1_000)],
    nothing: [],
  };
  const args = values[name]!;
  await call({ type: 'f', args });
  await call({ type: 'f', args, local: true });
  await call({ type: 'f', args });
}

/** Says what the results are, in words that JSON keeps. */
export async function describeResults(steps: Step[]): Promise<string[]> {
  return (await sequence(steps)).map((value) => {
    if (value instanceof Uint8Array) return `bytes ${Array.from(value).join(',')}`;
    if (value === undefined || value === null) return String(value);
    return `${typeof value} ${value as string}`;
  });
}

/** The lengths of results that are too long to be a Workflow's own. */
export async function lengthsOf(steps: Step[]): Promise<number[]> {
  return (await sequence(steps)).map((value) => (value as { length: number }).length);
}

/** Calls Activities, then waits until it is terminated. */
export async function thenWait(steps: Step[]): Promise<void> {
  await sequence(steps);
  await condition(() => false);
}

/** One run after another, each with one call of Activity `f`: with `from`, …, with `to`. */
export async function continuing(from: number, to: number): Promise<void> {
  await call({ type: 'f', args: [from] });
  if (from > to) await continueAsNew<typeof continuing>(from - 1, to);
}

/** Calls Activity `f` at each update `step`, and ends at the signal `finish`. */
export async function stepwise(): Promise<unknown[]> {
  const results: unknown[] = [];
  let finished = false;
  setHandler(defineUpdate<unknown, [unknown]>('step'), async (x) =>
    results.push(await call({ type: 'f', args: [x] })),
  );
  setHandler(defineSignal('finish'), () => void (finished = true));
  await condition(() => finished);
  return results;
}

/** One call in every way there is: repeated, local, in a child, retried, in continued runs. */
export async function deep(step: Step, continued: number): Promise<string> {
  const { workflowId, attempt } = workflowInfo();
  await call(step);
  await call({ ...step, local: true });
  await call(step);
  await executeChild(retriedOnce, {
    workflowId: `${workflowId}/child-${continued}-${attempt}`,
    args: [step],
    retry: { initialInterval: 1 },
  });
  if (continued > 0) await continueAsNew<typeof deep>(step, continued - 1);
  return 'done';
}

export async function retriedOnce(step: Step): Promise<void> {
  await call(step);
  if (workflowInfo().attempt === 1) throw ApplicationFailure.retryable('once more');
}

/** Calls Activities one after the other in a child Workflow. */
export async function inChild(steps: Step[]): Promise<unknown> {
  return executeChild(sequence, { args: [steps] });
}

/**
 * Calls an Activity, cancels it at the signal `cancel`, and ends at the signal `finish`: with its result, or `'cancelled'`.
 * The query `ended` says whether the call has ended.
 */
export async function cancelling(step: Step): Promise<unknown> {
  let [ended, finished] = [false, false];
  const scope = new CancellationScope();
  setHandler(defineSignal('cancel'), () => scope.cancel());
  setHandler(defineSignal('finish'), () => void (finished = true));
  setHandler(defineQuery<boolean>('ended'), () => ended);
  const result = await scope
    .run(() => call(step))
    .catch((error: unknown) => {
      if (isCancellation(error)) return 'cancelled';
      throw error;
    });
  ended = true;
  await condition(() => finished);
  return result;
}
