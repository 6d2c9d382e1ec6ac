/** The filters by which users select entries. */
import { type Duration, msToNumber } from '@temporalio/common';
import { CacheOptionsError } from '../errors';
import { rejectUnknown } from '../options/check';
import type { EntryFilter } from '../store/store';
import { isKeepable, KEEPABLE } from '../options/text';

/** Every given field must match. Without fields, the filter selects the plugin's whole scope. */
export interface CacheFilter {
  /** The Activity type. */
  activity?: string;
  tag?: string;
  version?: string;
  /** The minimum time since the start of the execution that made the entry. */
  olderThan?: Duration;
  /** The key, or the beginning of the key, as logs and reports show it. */
  key?: string;
  /**
   * A Temporal namespace. Default: the namespaces of the Workers and clients that have this plugin,
   * or all namespaces if there are none.
   */
  namespace?: string;
}

/**
 * The entries to invalidate. At least one field is required. `all` and `key` exclude other fields,
 * except that `namespace` may accompany `all`.
 */
export interface Invalidation extends CacheFilter {
  /** The key with all 64 digits. */
  key?: string;
  /** Selects everything in the plugin's scope. */
  all?: boolean;
}

const FIELDS = ['activity', 'tag', 'version', 'olderThan', 'key', 'namespace'] as const;
const OTHER_SPELLINGS = { activityType: 'activity', type: 'activity', tags: 'tag', age: 'olderThan' };

/** @throws {CacheOptionsError} naming the field, and for an unknown field the nearest valid name */
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
 * @throws {CacheOptionsError} also for no field at all: a mistake must not invalidate everything
 */
export function toInvalidation(given: Invalidation = {}): Omit<EntryFilter, 'scope'> {
  const where = 'invalidate';
  rejectUnknown(given, [...FIELDS, 'all'], where, OTHER_SPELLINGS);
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
    // not a duration: the error is thrown below
  }
  throw wrong(where, `olderThan ${JSON.stringify(age)} is not a duration like '30 days' or milliseconds`);
}

const wrong = (where: string, problem: string) => new CacheOptionsError(`${where}: ${problem}`);
