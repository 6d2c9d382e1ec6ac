import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities';

const { makeHTTPRequest, completeSomethingAsync } = proxyActivities<typeof activities>({
  retry: { initialInterval: '50 milliseconds', maximumAttempts: 2 },
  startToCloseTimeout: '30 seconds',
});

export async function httpWorkflow(): Promise<string> {
  return `The answer is ${await makeHTTPRequest()}`;
}

export async function asyncActivityWorkflow(): Promise<string> {
  return `The Peon says: ${await completeSomethingAsync()}`;
}
