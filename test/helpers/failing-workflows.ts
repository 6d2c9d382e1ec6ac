/** Workflows cached as a whole that end in every way there is. */
import { ApplicationFailure, RawValue } from '@temporalio/common';
import {
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  defineWorkflowOptions,
  executeChild,
  isCancellation,
  makeContinueAsNewFunc,
  proxyActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { cachedWorkflow } from 'temporal-activity-cache/workflow';
import { describeValue, Money, money, SPECIAL } from './special-values';

const { f } = proxyActivities<Record<string, (...args: unknown[]) => Promise<any>>>({
  startToCloseTimeout: '1 minute',
  retry: { maximumAttempts: 1 },
});

export * from './whole-workflows';

/** Runs until it is ended from outside, if it is the first. */
export const held = cachedWorkflow({ version: '1', serialize: true }, async (x: number) => {
  const first = await f!(x);
  if (first === 'wait') await condition(() => false);
  return 'computed';
});

/** Fails in its first attempts. */
export const flaky = cachedWorkflow(
  { version: '1', serialize: true },
  async (x: number, failures: number) => {
    await f!(x);
    if (workflowInfo().attempt <= failures) throw ApplicationFailure.retryable('once more');
    return 'at last';
  },
);

/** Continues as new, and fails in the first attempt of what continues it. */
export const flakyLater = cachedWorkflow({ version: '1' }, async (x: number): Promise<unknown> => {
  await f!(x);
  if (x > 0) return continueAsNew<typeof flakyLater>(x - 1);
  if (workflowInfo().attempt === 1) throw ApplicationFailure.retryable('once more');
  return 'at last';
});

/** Continues as new, with tags that show an argument. */
export const visits = cachedWorkflow(
  { version: '1', tags: ([patient]) => [`patient-${patient}`] },
  async (patient: string, left: number): Promise<string> => {
    await f!(patient);
    return left > 0 ? continueAsNew<typeof visits>(patient, left - 1) : 'seen';
  },
);

/** Goes on as another type, which says nothing of caching. */
export const first = cachedWorkflow(
  { version: '1', serialize: true },
  async (x: number): Promise<unknown> => {
    await f!(x);
    return makeContinueAsNewFunc<typeof second>({ workflowType: 'second' })(x + 1);
  },
);
export async function second(x: number): Promise<unknown> {
  return `second of ${await f!(x)}`;
}

/** A cron run continues as new once, and ends. */
export const inTurns = cachedWorkflow({ version: '1' }, async (x: number): Promise<unknown> => {
  await f!(x);
  return x % 2 === 1 ? continueAsNew<typeof inTurns>(x + 1) : x;
});

/** Waits for whatever may arrive with its start, and answers it. */
export const talkative = cachedWorkflow({ version: '1', serialize: true }, async (x: number) => {
  const heard: unknown[] = [];
  setHandler(defineSignal<[unknown]>('say'), (word) => void heard.push(word));
  setHandler(defineQuery<number>('heard'), () => heard.length);
  setHandler(
    defineUpdate<unknown, [unknown]>('add'),
    async (word) => {
      heard.push(word);
      return `${x}: ${heard.join()}`;
    },
    {
      validator: (word) => {
        if (word === 'nonsense') throw ApplicationFailure.nonRetryable('that is nonsense');
      },
    },
  );
  await f!(x);
  await condition(() => heard.length > 0);
  return heard;
});

/** Returns a value that JSON does not have, or one of a size. */
export const special = cachedWorkflow({ version: '1' }, async (name: string) => {
  await f!(name);
  return SPECIAL[name]![0];
});
export const large = cachedWorkflow({ version: '1' }, async (length: number) => {
  await f!(length);
  return 'x'.repeat(length);
});
/** What no data converter of these tests reads. */
export const foreign = cachedWorkflow({ version: '1' }, async (x: number) => {
  await f!(x);
  const encode = (text: string) => new TextEncoder().encode(text);
  return RawValue.fromPayload({ metadata: { encoding: encode('test/foreign') }, data: encode('as it is') });
});
/** Is given values that JSON does not have. */
export const given = cachedWorkflow({ version: '1' }, async (...args: unknown[]) => {
  await f!(args.length);
  return args.map(describeValue).join();
});
/** Takes and returns declared types. */
export const doubled = cachedWorkflow({ version: '1' }, async (price: Money) => {
  await f!(price.cents);
  return new Money(price.cents * 2);
});
defineWorkflowOptions(doubled, { staticOptions: { typeInfo: { inputTypes: [money], outputType: money } } });

/** Starts a child and says how it ended. */
export async function parent(type: string, args: unknown[], cache?: object): Promise<unknown> {
  return executeChild(type, { args, cache }).catch((error: unknown) =>
    isCancellation(error) ? 'cancelled' : 'failed',
  );
}

export const slow = cachedWorkflow({ version: '1' }, async (x: number) => {
  await f!(x);
  await sleep('1 hour');
});

export async function parentThenTimer(type: string, args: unknown[], cache?: object): Promise<unknown> {
  const value = await executeChild(type, { args, cache });
  await sleep(10);
  return value;
}
