/** Whole Workflows that are cached. Their histories are recorded: do not change them. */
import { continueAsNew, executeChild, proxyActivities } from '@temporalio/workflow';
import { cachedWorkflow } from 'temporal-activity-cache/workflow';

type Activities = Record<'double' | 'train', (x: number) => Promise<number>>;
const { double, train } = proxyActivities<Activities>({ startToCloseTimeout: '1 minute' });

export const whole = cachedWorkflow({ version: '1' }, async (x: number) => double(x));
export const trained = cachedWorkflow({ version: '1', serialize: true }, async (x: number) => train(x));
export const continued = cachedWorkflow('auto', async (x: number): Promise<number> => {
  const doubled = await double(x);
  return x > 0 ? continueAsNew<typeof continued>(x - 1) : doubled;
});
export const part = async (x: number): Promise<number> => double(x);
export const parent = async (x: number): Promise<number> =>
  executeChild(part, { workflowId: `part-of-${x}`, args: [x], cache: { version: '1' } });
export const recording = cachedWorkflow('auto', async (x: number) =>
  executeChild(part, { workflowId: `recorded-of-${x}`, args: [x] }),
);
