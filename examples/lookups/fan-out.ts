import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities';

const { fetchPage } = proxyActivities<typeof activities>({ startToCloseTimeout: '10 minutes', cache: true });

/** One look-up for all pages. */
export async function fetchAll(pages: string[]): Promise<string[]> {
  return Promise.all(pages.map((url) => fetchPage(url)));
}
