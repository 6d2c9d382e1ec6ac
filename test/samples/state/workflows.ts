import {
  CancellationScope,
  defineQuery,
  defineSignal,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import type * as activities from './activities';

const { double } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });

export const setValueSignal = defineSignal<[string, number]>('setValue');
export const getValueQuery = defineQuery<number | undefined, [string]>('getValue');

export async function trackState(): Promise<void> {
  const state = new Map<string, number>();
  setHandler(setValueSignal, async (key, value) => void state.set(key, await double(value)));
  setHandler(getValueQuery, (key) => state.get(key));
  await CancellationScope.current().cancelRequested;
}
