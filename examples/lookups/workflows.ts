import { proxyActivities } from '@temporalio/workflow';
import { cacheReport, showCacheReport } from 'temporal-activity-cache/workflow';
import type * as activities from './activities';

const startToCloseTimeout = '10 minutes';

/** These calls are looked up in the Workflow, as their Activities are declared. */
const { fetchPage, summarize } = proxyActivities<typeof activities>({ startToCloseTimeout, cache: true });

/** This call overrides the `ttl` and the tags. */
const { fetchPage: fetchNews } = proxyActivities<typeof activities>({
  startToCloseTimeout,
  cache: { ttl: '1 minute', tags: ['news'] },
});

export { fetchAll } from './fan-out';

export interface Digest {
  summary: string;
  served: number;
  calls: number;
}

export async function digest(pages: string[], news: string): Promise<Digest> {
  showCacheReport();
  const texts = await Promise.all([...pages.map((url) => fetchPage(url)), fetchNews(news)]);
  const summary = await summarize(texts);
  const { calls, hit, joined } = cacheReport().totals;
  return { summary, served: hit + joined, calls };
}
