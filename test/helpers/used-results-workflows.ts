/** Whole Workflows, and the results of cached Activities that they are made of. */
import { ApplicationFailure, rootCause } from '@temporalio/common';
import { continueAsNew, executeChild, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import { cachedWorkflow } from 'temporal-activity-cache/workflow';

type Activities = Record<'load' | 'score' | 'picky', (x: number) => Promise<string>>;
const usual = { startToCloseTimeout: '1 minute', retry: { maximumAttempts: 1 } } as const;
const { load, score, picky } = proxyActivities<Activities>(usual);
const lookedUp = proxyActivities<Activities>({ ...usual, cache: true });
const local = proxyLocalActivities<Activities>(usual);

export const report = cachedWorkflow('auto', async (x: number) => [await load(x), await score(x)]);
export const looksUp = cachedWorkflow('auto', async (x: number) => lookedUp.load(x));
export const locally = cachedWorkflow('auto', async (x: number) => local.load(x));
export const given = cachedWorkflow({ version: '1' }, async (x: number) => load(x));
export const choosy = cachedWorkflow('auto', async (x: number) => picky(x));
export const briefly = cachedWorkflow('auto', async (x: number) =>
  proxyActivities<Activities>({ ...usual, cache: { ttl: '2 minutes' } }).load(x),
);
export const continued = cachedWorkflow('auto', async (x: number, left: number): Promise<string> => {
  const value = left > 0 ? await load(x) : '';
  return left > 0 ? continueAsNew<typeof continued>(x, left - 1) : score(x).then((last) => value + last);
});
export const fanOut = cachedWorkflow('auto', async (x: number, width: number) =>
  Promise.all(Array.from({ length: width }, (_, i) => lookedUp.load(x + i))),
);

export async function plain(x: number): Promise<string> {
  return load(x);
}
export const viaChild = cachedWorkflow('auto', async (x: number) => executeChild(plain, { args: [x] }));
export const givenViaChild = cachedWorkflow({ version: '1' }, async (x: number) =>
  executeChild(plain, { args: [x] }),
);
export async function failing(x: number): Promise<never> {
  throw ApplicationFailure.nonRetryable(await load(x));
}
/** Its result is what it caught, from a child that may be retried. */
export const givenViaFailed = cachedWorkflow({ version: '1' }, async (x: number) => {
  const retry = { maximumAttempts: 2, initialInterval: 1 };
  return executeChild(failing, { args: [x], retry }).catch((error: unknown) => rootCause(error));
});
/** The child looks itself. */
export const viaWhole = cachedWorkflow('auto', async (x: number) => executeChild('report', { args: [x] }));
/** The parent looks for it. */
export const viaGiven = cachedWorkflow('auto', async (x: number) =>
  executeChild('given', { args: [x], cache: { version: '1' } }),
);
/** Two levels below it is cached. */
export const viaBoth = cachedWorkflow('auto', async (x: number) => executeChild('viaWhole', { args: [x] }));
