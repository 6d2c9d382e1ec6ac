import { proxyActivities, sleep } from '@temporalio/workflow';
import type * as activitiesA from './activities-a';
import type * as activitiesB from './activities-b';

const { activityA } = proxyActivities<typeof activitiesA>({ startToCloseTimeout: '1 minute' });
const { activityB } = proxyActivities<typeof activitiesB>({ startToCloseTimeout: '1 minute' });

export async function WorkflowA(name: string): Promise<string> {
  const first = await activityA(name);
  await sleep(100);
  return `A: ${first} | B: ${await activityB(name)}`;
}
