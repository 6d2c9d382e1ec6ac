/** Workflows that are cached as a whole, and their parents. */
import { ApplicationFailure } from '@temporalio/common';
import {
  condition,
  continueAsNew,
  defineSignal,
  executeChild,
  proxyActivities,
  setHandler,
  sleep,
  startChild,
} from '@temporalio/workflow';
import { cacheReport, cachedWorkflow } from 'temporal-activity-cache/workflow';

const { f, g } = proxyActivities<Record<string, (x: unknown) => Promise<unknown>>>({
  startToCloseTimeout: '1 minute',
  retry: { maximumAttempts: 1 },
});

export const whole = cachedWorkflow({ version: '1' }, async (x: number) => f!(x));
export const automatic = cachedWorkflow('auto', async (x: number) => [await f!(x), 'seen'] as const);
export const alone = cachedWorkflow({ version: '1', serialize: true }, async (x: number) => f!(x));
/** Its result has expired when it is there, if `f` takes as long. */
export const brief = cachedWorkflow({ version: '1', serialize: true, ttl: 100 }, async (x: number) => f!(x));
export const ignoring = cachedWorkflow(
  { version: '1', ignoredInputs: 1 },
  async (x: number, _trace: string) => f!(x),
);
export const picky = cachedWorkflow(
  { version: '1', tags: ([x]: unknown[]) => [`x-${x as number}`], cacheIf: (result) => result !== 2 },
  async (x: number) => f!(x),
);
export const failing = cachedWorkflow({ version: '1', serialize: true }, async (x: number) => {
  await f!(x);
  throw ApplicationFailure.nonRetryable('the body has failed');
});
export const continued = cachedWorkflow(
  { version: '1' },
  async (x: number, left: number): Promise<unknown> => {
    const value = await f!(x);
    return left === 0 ? value : continueAsNew<typeof continued>(x + 1, left - 1);
  },
);
export const endless = cachedWorkflow({ version: '1' }, async (x: number) => {
  await f!(x);
  await sleep('1 hour').catch(() => undefined);
  return 'cut short';
});

/** Nothing of it says that it is cached. */
export async function plain(x: number): Promise<unknown> {
  return f!(x);
}

export async function parentOf(type: string, args: unknown[], cache?: object): Promise<unknown> {
  const value = await executeChild(type, { args, cache });
  return { value, rows: cacheReport().rows.map(({ activityType, status }) => `${activityType} ${status}`) };
}

/** Each level is cached by itself. */
export const level1 = cachedWorkflow({ version: '1' }, async (x: number) => {
  const below = await executeChild('level2', { args: [x], cache: { version: '1', ignoredInputs: 1 } });
  return `1(${below as string})`;
});
export const level2 = cachedWorkflow({ version: '1' }, async (x: number) => `2(${(await g!(x)) as string})`);

export async function startsChild(type: string, args: unknown[], cache: object): Promise<unknown> {
  const child = await startChild(type, { args, cache });
  return [child.firstExecutionRunId !== '', await child.result()];
}

/** Collects signals. */
export const collecting = cachedWorkflow({ version: '1' }, async (wanted: number) => {
  const collected: unknown[] = [];
  setHandler(defineSignal<[unknown]>('collect'), (x) => void collected.push(x));
  await condition(() => collected.length >= wanted);
  return collected;
});

/** Uses `f`, and by a child that is not cached itself `g`. */
export const composed = cachedWorkflow('auto', async (x: number) => [
  await f!(x),
  await executeChild(viaG, { args: [x] }),
]);

export async function viaG(x: number): Promise<unknown> {
  return g!(x);
}
/** Cached by its code, below one that is. */
export const outer = cachedWorkflow('auto', async (x: number) => ({
  inner: await executeChild('composed', { args: [x] }),
}));
