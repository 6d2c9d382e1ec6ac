import { proxyActivities } from '@temporalio/workflow';

const { cachedNoop, noop } = proxyActivities<Record<'cachedNoop' | 'noop', () => Promise<string>>>({
  startToCloseTimeout: '10 seconds',
});

/** So many Activities, one after the other. */
export async function sequential(activity: 'cachedNoop' | 'noop', count: number): Promise<void> {
  for (let i = 0; i < count; i++) await (activity === 'noop' ? noop() : cachedNoop());
}
