import './augmentation';

export { CachePlugin } from './plugin';
export type { CachePluginOptions, ReservationOptions, WorkflowFunctions } from './plugin-options';
export type { CacheFilter, Invalidation } from './upkeep/filter';
export type { CacheEntry, PruneOptions } from './upkeep/upkeep';
export type { ComparedEntry } from './explain/baseline';
export type { Explanation } from './explain/explain';
export type { Difference } from './explain/difference';
export type { ExplainRequest } from './explain/request';
export { cached, cachedAll } from './policy/cached';
export type { CacheMode, RunControl } from './wire/run-control';
export type { CallSite, CallSiteOptions } from './options/call-site';
export type { RunCache, RunCacheOption } from './options/run-options';
export type {
  AnyActivity,
  ArgumentsOf,
  CacheBehavior,
  CacheKeyCall,
  CacheOptions,
  CacheShorthand,
  InferredFrom,
  Wrappable,
} from './options/cache-options';
export { environment, functionBody } from './key/version/policy';
export { files } from './key/version/files';
export { manifest } from './key/version/manifest';
export { reachableCode } from './key/version/reachable-code';
export type { CachePolicy, VersionParameters } from './options/version-policy';
export { packageVersion, type PackageVersionOptions } from './key/version/installed-package';
export { type CacheContext, cacheContext } from './context';
export { hashed, type Hashed, hashFile } from './key/hashed';
export {
  type MaintenanceActivities,
  maintenanceActivities,
  type MaintenanceOptions,
} from './activities/maintenance';
export { labelledCodec } from './report/labelled-codec';
export { cacheReport, type CacheReport, type CacheReportRow, type CacheReportTotals } from './report/report';
export type { BypassReason, CacheStatus, Origin, RunReason, UnstoredReason } from './wire/outcome';
export { CacheError, CacheOptionsError, CacheReadOnlyError, CacheStoreError } from './errors';
export { SqliteStore, type SqliteStoreOptions } from './store/sqlite';
export { MemoryStore } from './store/memory';
export { PostgresAdapter } from './store/postgres/adapter';
export type { PostgresOptions } from './store/postgres/options';
export { postgresTables } from './store/postgres/schema';
export { PostgresStore } from './store/postgres/store';
export { KeyvStore, type KeyvStoreOptions } from './store/keyv';
export type { AnyKeyv } from './store/keyv/any-keyv';
export type { CacheStore, Size, StoreStats } from './store/store';
