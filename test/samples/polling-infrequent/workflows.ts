import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities';

const { composeGreeting } = proxyActivities<typeof activities>({
  startToCloseTimeout: '2s',
  retry: { initialInterval: '100ms', backoffCoefficient: 1 },
});

export async function greetingWorkflow(name: string): Promise<string> {
  return composeGreeting({ greeting: 'Hello', name });
}
