export { cacheStoreContract } from './cache-store-contract';
export type { CacheStoreHarness } from './contract/harness';
export { mockActivityInterceptors } from './mock';
