import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when `condition` holds. Sooner than the test's own timeout it says which one never did. */
export async function until(condition: () => boolean | Promise<boolean>, atMostMs = 120_000): Promise<void> {
  const tooLong = new Error(`Not within ${atMostMs} ms: ${condition.toString()}`);
  const end = performance.now() + atMostMs;
  while (!(await condition())) {
    if (performance.now() > end) throw tooLong;
    await sleep(20);
  }
}
