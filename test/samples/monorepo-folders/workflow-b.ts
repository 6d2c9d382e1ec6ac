import { proxyActivities } from '@temporalio/workflow';
import type * as activitiesB from './activities-b';

const { activityB } = proxyActivities<typeof activitiesB>({ startToCloseTimeout: '1 minute' });

export async function WorkflowB(name: string): Promise<string> {
  return activityB(name);
}
