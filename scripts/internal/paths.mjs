import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the clone. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What is worth keeping between clones lives outside the work tree: Temporal servers, locks. */
export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'temporal-activity-cache');
}

/** The lock under which one process at a time does `work` in this clone. It lies outside of it: `work` may replace whole folders. */
export function lockOfClone(work) {
  const clone = createHash('sha256').update(root).digest('hex').slice(0, 16);
  return join(cacheFolder(), `${work}-${clone}.lock`);
}
