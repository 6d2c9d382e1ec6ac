/** Workflow code of a workspace that has its Activities elsewhere: one import of types teaches TypeScript the option `cache`. */
import type {} from 'temporal-activity-cache/workflow';
import { executeChild, proxyActivities } from '@temporalio/workflow';

interface Activities {
  load(id: string): Promise<number>;
}
const { load } = proxyActivities<Activities>({ startToCloseTimeout: '1 minute', cache: true });
const again = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  cache: { version: '2', tags: ['a'] },
});

export async function pipeline(id: string): Promise<number> {
  await executeChild(pipeline, { args: [id], cache: { mode: 'overwrite' } });
  return (await load(id)) + (await again.load(id));
}
