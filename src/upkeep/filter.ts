/** How users select entries. */
import { type Duration, msToNumber } from '@temporalio/common';
import { CacheOptionsError } from '../errors';
import { rejectUnknown } from '../options/check';
import type { EntryFilter } from '../store/store';
import { isKeepable, KEEPABLE } from '../options/text';

/**
 * Selects the entries that match all given fields. Without any field it selects every entry of the
 * plugin's scope.
 */
export interface CacheFilter {
  /** The Activity type. */
  activity?: string;
  tag?: string;
  version?: string;
  /** The minimum time since the execution that made the entry began. */
  olderThan?: Duration;
  /** The key, or its beginning, as logs and reports show it. */
  key?: string;
  /**
   * A Temporal namespace. Default: the namespaces of the Workers and clients that have this plugin.
   * If there are none, every namespace.
   */
  namespace?: string;
}

/**
 * Selects what to invalidate. At least one field is needed. `all` and `key` exclude the other
 * fields, except that `all` allows `namespace`.
 */
export interface Invalidation extends CacheFilter {
  /** All 64 digits. */
  key?: string;
  /** Everything in the plugin's scope. */
  all?: boolean;
}

const FIELDS = ['activity', 'tag', 'version', 'olderThan', 'key', 'namespace'] as const;
const OTHER_SPELLINGS = { activityType: 'activity', type: 'activity', tags: 'tag', age: 'olderThan' };

/**
 * @throws {CacheOptionsError} which names the field, and for an unknown field the nearest valid
 * name
 */
export function toEntryFilter(given: CacheFilter = {}, where = 'entries'): Omit<EntryFilter, 'scope'> {
  rejectUnknown(given, FIELDS, where, OTHER_SPELLINGS);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- ms, behind Duration, has no types under node16 resolution
  const { activity, tag, version, olderThan, key, namespace } = given;
  for (const [name, value] of Object.entries({ activity, tag, version, key, namespace })) {
    if (value !== undefined && (typeof value !== 'string' || value === '')) {
      throw wrong(where, `${name} must be a text, not ''`);
    }
    if (value !== undefined && !isKeepable(value)) throw wrong(where, `${name} must be ${KEEPABLE}`);
  }
  if (key !== undefined && !/^[0-9a-f]{1,64}$/.test(key)) {
    throw wrong(where, `key must be 1 to 64 digits 0-9a-f, not ${JSON.stringify(key)}`);
  }
  return {
    ...(activity !== undefined && { activityType: activity }),
    ...(tag !== undefined && { tag }),
    ...(version !== undefined && { version }),
    ...(namespace !== undefined && { namespace }),
    ...(key !== undefined && (key.length === 64 ? { key } : { keyPrefix: key })),
    ...(olderThan !== undefined && { olderThanMs: toAgeMs(olderThan, where) }),
  };
}

/**
 * @throws {CacheOptionsError} also if no field is given or a field is undefined, because a mistake
 * must not invalidate more than was meant
 */
export function toInvalidation(given: Invalidation = {}): Omit<EntryFilter, 'scope'> {
  const where = 'invalidate';
  rejectUnknown(given, [...FIELDS, 'all'], where, OTHER_SPELLINGS);
  const unset = Object.entries(given).find(([, value]) => value === undefined);
  if (unset !== undefined)
    throw wrong(
      where,
      `${unset[0]} is undefined, and without it more would be forgotten; leave it out if that is meant`,
    );
  const { all, ...said } = given;
  if (all !== undefined && all !== true) throw wrong(where, 'all must be true, or left out');
  const filter = toEntryFilter(said, where);
  const { namespace, ...what } = said;
  const fields = FIELDS.filter((field) => field !== 'namespace' && what[field] !== undefined);
  if (all && fields.length > 0) throw wrong(where, `give either all, or ${fields[0]}`);
  if (!all && fields.length === 0) {
    throw wrong(where, 'say what: activity, tag, version, olderThan, key, or all: true');
  }
  if (filter.keyPrefix !== undefined) throw wrong(where, 'key must be whole, 64 digits');
  if (filter.key !== undefined && (fields.length > 1 || namespace !== undefined)) {
    throw wrong(where, 'a key stands alone');
  }
  return filter;
}

function toAgeMs(age: Duration, where: string): number {
  try {
    const ms = msToNumber(age);
    if (ms >= 0) return ms;
  } catch {
    // an invalid duration is reported below
  }
  throw wrong(where, `olderThan ${JSON.stringify(age)} is not a duration like '30 days' or milliseconds`);
}

const wrong = (where: string, problem: string) => new CacheOptionsError(`${where}: ${problem}`);
