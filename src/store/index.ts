/**
 * The interface of a store, and helpers for writing one: `temporal-activity-cache/store`.
 * `temporal-activity-cache/testing` has the suite that tests an implementation. All of it is
 * experimental: a minor version may change it, and the changelog says so.
 */
export { floorName, floorsOver, floorsOverTags, matches } from './filter';
export type {
  CacheStore,
  Checked,
  Drawn,
  EntryFilter,
  EntryRecord,
  Look,
  NewEntry,
  Note,
  Pruned,
  PruneLimits,
  Size,
  StoredEntry,
  StoreStats,
  StoreTime,
  Subject,
} from './store';
