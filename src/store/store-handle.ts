/** How another thread of this process opens a store that is open here. */
import { openStore } from './open';
import type { PostgresOptions } from './postgres/options';
import { PostgresStore } from './postgres/store';
import { SqliteStore } from './sqlite';
import type { CacheStore } from './store';

/** A store's URL or Postgres options, which can be passed from thread to thread. */
export type StoreHandle = string | PostgresOptions;

/**
 * @returns undefined where no other thread can open the store: a memory store, a `Keyv`, the user's
 * own store, or options with a pool or functions
 */
export function handleOf(store: CacheStore): StoreHandle | undefined {
  if (store instanceof SqliteStore) return store.name; // its name has the absolute path
  if (!(store instanceof PostgresStore) || store.given.pool !== undefined) return undefined;
  try {
    return structuredClone(store.given);
  } catch {
    return undefined;
  }
}

export const openHandle = (source: StoreHandle): CacheStore =>
  typeof source === 'string' ? openStore(source) : new PostgresStore(source);
