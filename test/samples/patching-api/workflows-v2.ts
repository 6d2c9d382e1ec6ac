import {
  condition,
  defineQuery,
  defineSignal,
  patched,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import type * as activities from './activities';

const { activityA, activityB, activityThatMustRunAfterA } = proxyActivities<typeof activities>({
  startToCloseTimeout: '30 seconds',
});

export const nextDay = defineSignal('nextDay');
export const asleep = defineQuery<boolean>('asleep');

export async function myWorkflow(): Promise<string> {
  let [sleeping, woken] = [false, false];
  setHandler(nextDay, () => void (woken = true));
  setHandler(asleep, () => sleeping);
  const patch = patched('my-change-id');
  const first = patch ? await activityB() : await activityA();
  sleeping = true;
  await condition(() => woken);
  return patch ? first : `${first}, ${await activityThatMustRunAfterA()}`;
}
