/** Workflows that work without `cache`, whatever is looked up in them and whenever they are begun again from their history. */
import { ApplicationFailure } from '@temporalio/common';
import {
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  executeChild,
  isCancellation,
  proxyActivities,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import { cachedWorkflow } from 'temporal-activity-cache/workflow';

interface Activities {
  fast(x: unknown): Promise<unknown>;
  slow(x: unknown): Promise<unknown>;
  plain(x: unknown): Promise<string>;
}

const startToCloseTimeout = '1 minute';
const { fast, slow } = proxyActivities<Activities>({ startToCloseTimeout, cache: true });
const { plain } = proxyActivities<Activities>({ startToCloseTimeout });

export const go = defineSignal('go');
const told = (): Promise<void> => {
  let isTold = false;
  setHandler(go, () => void (isTold = true));
  return condition(() => isTold);
};

async function logged<T>(promise: Promise<T>): Promise<T> {
  const value = await promise;
  return value;
}

export async function sequence(xs: unknown[]): Promise<void> {
  for (const x of xs) await fast(x);
}

/** Two branches, one of which is a little deeper. */
export async function unequal(): Promise<string[]> {
  const go = told();
  const values = await Promise.all([
    (async () => plain(await logged(fast('a'))))(),
    (async () => plain(await fast('b')))(),
  ]);
  await go;
  return values;
}

/** Calls of one type at the same time, of which one is not to be looked up. */
export async function mixedSites(x: string): Promise<unknown[]> {
  const { fast: disabled } = proxyActivities<Activities>({ startToCloseTimeout, cache: 'disable' });
  return Promise.all([disabled(x), fast(x)]);
}

/** The same with children. */
export async function mixedChildren(x: string): Promise<string[]> {
  const start = (cache: object) => executeChild(child, { args: [x], cache });
  return Promise.all([start({ mode: 'use' }), start({ version: '1' })]);
}

const hedge = (x: unknown) => [fast('known'), slow(x)];

/** Ways in which a run ends with its first answer. */
export const ENDS: Record<string, (x: unknown) => Promise<unknown>> = {
  'is returned by race': (x) => Promise.race(hedge(x)),
  'is returned by any': (x) => Promise.any(hedge(x)),
  'is followed by a throw': async (x) => {
    await Promise.race(hedge(x));
    throw ApplicationFailure.nonRetryable('as told');
  },
  'is thrown out of all': (x) =>
    Promise.all([
      fast('known').then(() => {
        throw ApplicationFailure.nonRetryable('as told');
      }),
      slow(x),
    ]),
  'is followed by continue-as-new': async (x) => {
    if (x === 'again') return 'known';
    await Promise.race(hedge(x));
    return continueAsNew<typeof ends>('is followed by continue-as-new', 'again');
  },
  'leaves a call behind': (x) => {
    slow(x).catch(() => {});
    return fast('known');
  },
  'is followed by a cancellation, after which a call is made': async (x) => {
    const scope = new CancellationScope();
    const cleaned = () => slow(x).catch(() => CancellationScope.nonCancellable(() => plain('clean up')));
    await scope.run(() => Promise.race([fast('known'), cleaned()]));
    scope.cancel();
    return 'known';
  },
};

export async function ends(how: string, x: unknown): Promise<unknown> {
  return ENDS[how]!(x);
}

/** The first answer wins, the others are cancelled, and the run goes on. */
export async function firstWins(xs: unknown[]): Promise<string> {
  const scope = new CancellationScope();
  await scope.run(() => Promise.race(xs.map(fast)));
  scope.cancel();
  return plain('after');
}

const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: unknown) => (isCancellation(error) ? 'cancelled' : 'failed'),
  );

/** Many calls in a scope that is cancelled at once, and some outside of it. */
export async function cancelledBeside(inside: number, outside: number): Promise<string[]> {
  const scope = new CancellationScope();
  const cancelled = scope.run(() =>
    Promise.all(Array.from({ length: inside }, (_, i) => outcome(fast(`i${i}`)))),
  );
  const rest = Array.from({ length: outside }, (_, i) => outcome(fast(`o${i}`)));
  scope.cancel();
  return [...new Set(await cancelled), ...(await Promise.all(rest))];
}

/** What cleans up is not cancelled with what it cleans up after. */
export async function cleanedUp(): Promise<string[]> {
  const scope = new CancellationScope();
  const both = scope.run(() =>
    Promise.all([outcome(fast('x')), CancellationScope.nonCancellable(() => outcome(fast('clean up')))]),
  );
  scope.cancel();
  return both;
}

/** One argument among others cannot be converted. */
export const unconvertible = (): Promise<string[]> =>
  Promise.all(['a', 1n, 'b'].map((x) => outcome(fast(x))));

export async function child(_x: string): Promise<string> {
  return 'of the child';
}

export async function parent(cache: object, x: string): Promise<string> {
  const go = told();
  const value = await executeChild(child, { args: [x], cache });
  await go;
  return value;
}

export const tagged = cachedWorkflow(
  { version: '1', tags: (args: unknown[]) => [(args[0] as { customer: { id: string } }).customer.id] },
  async function tagged(_order: unknown): Promise<string> {
    const go = told();
    await sleep(1);
    await go;
    return 'done';
  },
);
