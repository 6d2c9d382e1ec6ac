import {
  condition,
  defineQuery,
  defineSignal,
  deprecatePatch,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import type * as activities from './activities';

const { activityB } = proxyActivities<typeof activities>({ startToCloseTimeout: '30 seconds' });

export const nextDay = defineSignal('nextDay');
export const asleep = defineQuery<boolean>('asleep');

export async function myWorkflow(): Promise<string> {
  let [sleeping, woken] = [false, false];
  setHandler(nextDay, () => void (woken = true));
  setHandler(asleep, () => sleeping);
  deprecatePatch('my-change-id');
  const first = await activityB();
  sleeping = true;
  await condition(() => woken);
  return first;
}
