/** How another thread of this process opens a store that is open here. */
import { MemoryStore } from './memory';
import { openStore } from './open';
import type { PostgresOptions } from './postgres/options';
import { PostgresStore } from './postgres/store';
import { SqliteStore } from './sqlite';
import type { CacheStore } from './store';

/** A store's URL, or the options of a Postgres: what can be handed from thread to thread. */
export type StoreHandle = string | PostgresOptions;

/** @returns undefined where no other thread can open it: a memory, a `Keyv`, a store of the user's, a pool or functions among its options */
export function handleOf(named: unknown, store: CacheStore): StoreHandle | undefined {
  if (store instanceof SqliteStore) return store.name; // a path that was relative is absolute here
  if (typeof named === 'string') return store instanceof MemoryStore ? undefined : named;
  if (!(store instanceof PostgresStore) || store.given.pool !== undefined) return undefined;
  try {
    return structuredClone(store.given);
  } catch {
    return undefined;
  }
}

export const openHandle = (source: StoreHandle): CacheStore =>
  typeof source === 'string' ? openStore(source) : new PostgresStore(source);
