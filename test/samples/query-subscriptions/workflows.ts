import { sleep } from '@temporalio/workflow';
import { subscribableState } from './subscriptions';

export async function counter(initialValue: number, iterations = 5): Promise<void> {
  const state = subscribableState(initialValue);
  for (let i = 0; i < iterations; ++i) {
    await sleep(50);
    state.value += 10;
  }
}
