import { Context } from '@temporalio/activity';
import {
  cached,
  cachedAll,
  cacheContext,
  environment,
  packageVersion,
  reachableCode,
} from 'temporal-activity-cache';

interface Page {
  url: string;
  body: string;
}

/** A version of your own: the code may be tidied up without computing anything again. */
const render = cached({ version: '2' }, async (page: Page) => `<h1>${page.url}</h1>${page.body}`);

/** The version follows the code, the model that is configured, and the library that is installed. */
const summarize = cached(
  {
    policies: [reachableCode(), environment('MODEL'), packageVersion('csv-parse')],
    ignoredInputs: ['traceId', 'page.fetchedAt'],
    ttl: '30 days',
    cacheIf: (summary: string) => summary !== '',
  },
  async (page: Page & { fetchedAt?: string }, traceId: string) => {
    Context.current().log.debug('summarizing', { traceId });
    return page.body.slice(0, 100);
  },
);

/** The body may say how long its own result counts, or that it should not be kept. */
const fetchPage = cached('auto', async (url: string): Promise<Page> => {
  const body = `the text of ${url}`;
  if (body.includes('maintenance')) cacheContext()?.skip('the site was down');
  else cacheContext()?.setTtl('1 hour');
  return { url, body };
});

/** Side effects are not cached. */
const notify = cached('disable', async (message: string) => `sent: ${message}`);

/** Defaults for every Activity of the group that does not set its own. */
export const activities = cachedAll(
  { behavior: 'auto', salt: 'site-a' },
  { fetchPage, summarize, render, notify },
);
