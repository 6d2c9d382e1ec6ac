import { setTimeout as sleep } from 'node:timers/promises';
import { cached } from 'temporal-activity-cache';

/** However many Workflows want a dataset at the same time: it is downloaded once, and all get it. */
export const download = cached({ serialize: true, ttl: '1 day' }, async (dataset: string) => {
  await sleep(1_000); // whatever takes long, is billed, or must not be done twice at a time
  return `the rows of ${dataset}`;
});

/** Who has waited for 20 seconds computes it as well. */
export const summarize = cached({ serialize: { waitTimeout: '20 seconds' } }, async (rows: string) => {
  await sleep(1_000);
  return rows.slice(0, 10);
});
