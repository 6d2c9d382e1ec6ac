import { proxyActivities } from '@temporalio/workflow';
import type {} from 'temporal-activity-cache/workflow'; // TypeScript learns the option `cache`

interface Activities {
  embed(text: string): Promise<number[]>;
}

/** `cache: true`: the Workflow looks first, and a hit needs no Activity Task. */
const { embed } = proxyActivities<Activities>({ startToCloseTimeout: '1 minute', cache: true });

export async function embedOne(text: string): Promise<number[]> {
  return embed(text);
}
