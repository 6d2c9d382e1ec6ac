import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities';

const { greet } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });

export async function helloWorkflow({ name }: { name: string }): Promise<{ message: string }> {
  return { message: await greet(name) };
}
