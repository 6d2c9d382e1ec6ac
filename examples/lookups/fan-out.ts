import { proxyActivities } from '@temporalio/workflow';
import { lookUpTogether } from 'temporal-activity-cache/workflow';
import type * as activities from './activities';

const { fetchPage } = proxyActivities<typeof activities>({ startToCloseTimeout: '10 minutes', cache: true });

/** One look-up for all pages. */
export async function fetchAll(pages: string[]): Promise<string[]> {
  return Promise.all(lookUpTogether(() => pages.map((url) => fetchPage(url))));
}
