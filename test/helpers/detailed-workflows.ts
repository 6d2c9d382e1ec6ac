/** Workflows with details of their own, and one that asks for those of the cache. */
import { getCurrentDetails, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import { showCacheReport } from 'temporal-activity-cache/workflow';

const { f } = proxyActivities<{ f(x: number): Promise<object> }>({ startToCloseTimeout: '1 minute' });

/** Answers what it reads as its details, before and after each of its steps. */
export async function detailed(): Promise<string[]> {
  const read: string[] = [];
  for (const step of ['step 1', 'step 2']) {
    await f(1);
    read.push(getCurrentDetails());
    setCurrentDetails(step);
    read.push(getCurrentDetails());
  }
  return read;
}

export async function shown(): Promise<void> {
  showCacheReport();
  await f(2);
}
