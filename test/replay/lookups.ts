/** Workflows whose calls are looked up. Their histories are recorded: do not change them. */
import { proxyActivities } from '@temporalio/workflow';

type Activities = Record<'double' | 'train', (x: number) => Promise<number>>;
const { double, train } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  cache: true,
});

export const doubled = async (x: number): Promise<number> => (await double(x)) + (await double(x));

export const trained = (x: number): Promise<number> => train(x);
