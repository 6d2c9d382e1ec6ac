import { proxyActivities } from '@temporalio/workflow';

const { activityFoo } = proxyActivities<{ activityFoo(name: string): Promise<string> }>({
  startToCloseTimeout: '1 minute',
});

export async function example(name: string): Promise<string> {
  return activityFoo(name);
}
