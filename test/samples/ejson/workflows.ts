import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities';

const { check } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });

export async function example(user: activities.User): Promise<activities.Result> {
  const { success, at } = await check(user);
  return { success: success && at.getTime() === user.createdAt.getTime(), at };
}
