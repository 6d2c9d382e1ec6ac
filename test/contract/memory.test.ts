import { MemoryStore } from 'temporal-activity-cache';
import { cacheStoreContract } from 'temporal-activity-cache/testing';

cacheStoreContract('MemoryStore', { open: async ({ clock }) => new MemoryStore(clock) });
