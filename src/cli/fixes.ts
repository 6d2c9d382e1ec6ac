/** The ways to fix a store that fails, by error. */
import { CacheStoreError } from '../errors';

const FIXES: readonly [RegExp, string][] = [
  [/newer version/i, 'update temporal-activity-cache here, or use another store'],
  [/damaged|malformed|not a database/i, 'delete the file if it is a cache, or name another by --store'],
  [
    /read-?only|permission|EACCES|EPERM|unable to open|denied/i,
    'give this user the right to read and write it: a SQLite file needs its folder too',
  ],
  [/password|authentication|role "/i, 'correct user and password in the URL of the store'],
  [/database ".*" does not exist/i, 'create the database, or correct its name in the URL of the store'],
  [/no space|disk.*full|ENOSPC/i, 'make room on the disk; prune --max-bytes frees space'],
  [/busy|locked/i, 'end what keeps the store locked'],
  [
    /ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|no answer|timeout|terminated/i,
    'start it, or correct the URL: --store, ACTIVITY_CACHE_STORE',
  ],
];

export const fixOf = (message: string): string =>
  FIXES.find(([says]) => says.test(message))?.[1] ??
  'look at the URL (--store, ACTIVITY_CACHE_STORE), and at the log of the store';

/** The message and the fix in one line. */
export function withFix(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const saysItself = /use another/i.test(message);
  return error instanceof CacheStoreError && !saysItself ? `${message}; ${fixOf(message)}` : message;
}
