import { condition, defineQuery, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import type * as activities from './activities';

const { activityA, activityThatMustRunAfterA } = proxyActivities<typeof activities>({
  startToCloseTimeout: '30 seconds',
});

// That sample sleeps for a day.
export const nextDay = defineSignal('nextDay');
export const asleep = defineQuery<boolean>('asleep');

export async function myWorkflow(): Promise<string> {
  let [sleeping, woken] = [false, false];
  setHandler(nextDay, () => void (woken = true));
  setHandler(asleep, () => sleeping);
  const first = await activityA();
  sleeping = true;
  await condition(() => woken);
  return `${first}, ${await activityThatMustRunAfterA()}`;
}
