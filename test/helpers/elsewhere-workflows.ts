/** Children that say themselves how they are cached; which of them a bundle has decides how. */
import { proxyActivities } from '@temporalio/workflow';
import { cachedWorkflow } from 'temporal-activity-cache/workflow';

const { f } = proxyActivities<{ f: (x: number) => Promise<string> }>({ startToCloseTimeout: '1 minute' });

export * from './child-workflows';

export const brief = cachedWorkflow({ version: '1', ttl: '1 second' }, async function brief(x: number) {
  return f(x);
});
export const seasoned = cachedWorkflow(
  { version: '1', ignoredInputs: 1 },
  async function seasoned(x: number, _trace: string) {
    return f(x);
  },
);
