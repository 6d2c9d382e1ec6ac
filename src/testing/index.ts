export { cacheStoreContract } from './cache-store-contract';
export type { CacheStoreHarness, ContractSection } from './contract/harness';
export { mockActivityInterceptors } from './mock';
