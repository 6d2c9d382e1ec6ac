import { setTimeout as sleep } from 'node:timers/promises';
import { cached } from 'temporal-activity-cache';

/** Many Workflows may want a dataset at the same time. It is downloaded once, and all of them get it. */
export const download = cached({ serialize: true, ttl: '1 day' }, async (dataset: string) => {
  await sleep(1_000); // work that takes long, is billed, or should not be done twice at a time
  return `the rows of ${dataset}`;
});

/** A call that has waited for 20 seconds computes the summary itself. */
export const summarize = cached({ serialize: { waitTimeout: '20 seconds' } }, async (rows: string) => {
  await sleep(1_000);
  return rows.slice(0, 10);
});
