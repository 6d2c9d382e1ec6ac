import { executeChild, proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities';

const { greet } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });

export async function parentWorkflow(...names: string[]): Promise<string> {
  const greetings = await Promise.all(names.map((name) => executeChild(childWorkflow, { args: [name] })));
  return greetings.join(' ');
}

export async function childWorkflow(name: string): Promise<string> {
  return greet(name);
}
