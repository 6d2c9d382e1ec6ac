import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities.js';

const { greetLocal } = proxyActivities<typeof activities>({ scheduleToCloseTimeout: '5 seconds' });

export async function exampleLocal(name: string): Promise<string> {
  return greetLocal(name);
}

const { greetHTTP } = proxyActivities<typeof activities>({
  startToCloseTimeout: '3 seconds',
  retry: { initialInterval: '500 ms', maximumAttempts: 3, backoffCoefficient: 1.5 },
});

export async function exampleFetch(name: string): Promise<string> {
  return greetHTTP(name);
}
