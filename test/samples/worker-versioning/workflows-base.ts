import {
  condition,
  defineQuery,
  defineSignal,
  patched,
  proxyActivities,
  setHandler,
  setWorkflowOptions,
} from '@temporalio/workflow';
import type * as activities from './activities';

const { someActivity, someIncompatibleActivity } = proxyActivities<typeof activities>({
  startToCloseTimeout: '10 seconds',
});

export const doNextSignal = defineSignal<[string]>('do_next_signal');
export const doneQuery = defineQuery<number>('done');

async function each(body: (signal: string) => Promise<unknown>): Promise<void> {
  const signals: string[] = [];
  let done = 0;
  setHandler(doNextSignal, (signal) => void signals.push(signal));
  setHandler(doneQuery, () => done);
  for (;;) {
    await condition(() => signals.length > 0);
    const signal = signals.shift()!;
    if (signal === 'conclude') return;
    await body(signal);
    done++;
  }
}

setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, autoUpgradingWorkflowV1);
export async function autoUpgradingWorkflowV1(): Promise<string[]> {
  const results: string[] = [];
  await each(async () => results.push(await someActivity('v1')));
  return results;
}

setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, autoUpgradingWorkflowV1b);
export async function autoUpgradingWorkflowV1b(): Promise<string[]> {
  const results: string[] = [];
  await each(async () => {
    if (patched('DifferentActivity')) {
      results.push(await someIncompatibleActivity({ calledBy: 'v1b', moreData: 'hello!' }));
    } else {
      results.push(await someActivity('v1'));
    }
  });
  return results;
}

setWorkflowOptions({ versioningBehavior: 'PINNED' }, pinnedWorkflowV1);
export async function pinnedWorkflowV1(): Promise<string> {
  await each(async () => {});
  return someActivity('Pinned-v1');
}

setWorkflowOptions({ versioningBehavior: 'PINNED' }, pinnedWorkflowV2);
export async function pinnedWorkflowV2(): Promise<string> {
  await someActivity('Pinned-v2');
  await each(async () => {});
  return someIncompatibleActivity({ calledBy: 'Pinned-v2', moreData: 'hi' });
}
