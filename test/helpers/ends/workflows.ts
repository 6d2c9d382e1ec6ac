/** What Workers of ends do before they end. */
import { proxyActivities } from '@temporalio/workflow';

const { work, wait, hang } = proxyActivities({
  startToCloseTimeout: '1 minute',
  retry: { maximumAttempts: 1 },
});

/** Two calls with one key at the same time. */
export const works = async (key: string): Promise<unknown[]> => Promise.all([work!(key), work!(key)]);

export const waits = async (): Promise<unknown> => Promise.all([wait!(), wait!()]);

export const hangs = async (): Promise<unknown> => hang!();

/** Takes more memory than its thread may have. */
export async function exhausts(): Promise<number> {
  const kept: number[][] = [];
  for (;;) kept.push(new Array<number>(100_000).fill(kept.length));
}
