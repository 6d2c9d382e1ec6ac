/** The next version of elsewhere-workflows.ts. */
import { proxyActivities } from '@temporalio/workflow';
import { cachedWorkflow } from 'temporal-activity-cache/workflow';

const { f } = proxyActivities<{ f: (x: number) => Promise<string> }>({ startToCloseTimeout: '1 minute' });

export * from './child-workflows';

export const seasoned = cachedWorkflow(
  { version: '1', ignoredInputs: 1, salt: 'new data' },
  async function seasoned(x: number, _trace: string) {
    return f(x);
  },
);
