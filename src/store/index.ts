/**
 * The interface of a store of one's own, and what helps to write one: `temporal-activity-cache/store`.
 * `temporal-activity-cache/testing` has the suite that holds an implementation to it. All of it is experimental: a minor
 * version may change it, and says so in the changelog.
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
