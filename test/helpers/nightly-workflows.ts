/** A serialized Workflow that continues as new, and says so. */
import {
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import { cachedWorkflow } from 'temporal-activity-cache/workflow';

const { began } = proxyActivities<{ began: (x: string, n: number) => Promise<void> }>({
  startToCloseTimeout: '1 minute',
});

/** Its second run ends when it is told to. */
export const nightly = cachedWorkflow(
  { version: '1', serialize: true },
  async function nightly(x: string, n = 0): Promise<string> {
    let done = false;
    setHandler(defineSignal('end'), () => void (done = true));
    await began(x, n);
    if (n === 0) await continueAsNew<typeof nightly>(x, 1);
    await condition(() => done);
    return x;
  },
);

/** Continues as new so many times, each run within its own timeout. */
export const hourly = cachedWorkflow(
  { version: '1', serialize: true },
  async function hourly(x: string, left: number): Promise<string> {
    await began(x, left);
    await sleep('2 seconds');
    return left > 0 ? continueAsNew<typeof hourly>(x, left - 1) : x;
  },
);
