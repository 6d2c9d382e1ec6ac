/** Opens the store that the command line names, and finds the scopes and namespaces in it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CacheOptionsError } from '../errors';
import { openStore } from '../store/open';
import { ReadOnlyStore } from '../store/read-only';
import { SqliteStore } from '../store/sqlite';
import type { CacheStore } from '../store/store';
import { Upkeep } from '../upkeep/upkeep';
import type { Call } from './command';
import type { Options } from './option';
import { Failure, UsageError } from './errors';
import { defaultExportOf } from './module';

export const STORE = {
  store: {
    type: 'string',
    value: 'URL',
    about: 'the store: a URL, or the path of a module whose default export is a Keyv or a CacheStore',
  },
  json: { type: 'boolean', about: 'print JSON' },
} as const satisfies Options;

export const REACH = {
  scope: { type: 'string', value: 'SCOPE', about: 'of this scope' },
  namespace: { type: 'string', value: 'NAMESPACE', about: 'of this Temporal namespace' },
} as const satisfies Options;

export const STORE_VARIABLES = {
  ACTIVITY_CACHE_STORE: 'the store, where --store is not given; else sqlite:.activity-cache/cache.db',
};

const SCHEME = /^[a-z][a-z0-9+.-]+:/i; // a single letter is a drive

/** @param given - a URL, or the path of a module. Default: the embedded file */
export async function openStoreAt(given: string | undefined): Promise<CacheStore> {
  if (given === 'memory:') {
    throw new UsageError(
      `the store 'memory:' lives in its Worker's process: only there can it be looked into`,
    );
  }
  const isUrl = given === undefined || given === '' || SCHEME.test(given);
  const named = isUrl ? given : ((await exportOf(given)) as CacheStore); // openStore checks it
  try {
    return openStore(named);
  } catch (error) {
    if (!(error instanceof CacheOptionsError)) throw error;
    throw new UsageError(error.message.replace('CachePlugin: store', '--store'));
  }
}

async function exportOf(given: string): Promise<unknown> {
  const path = resolve(given);
  if (!existsSync(path))
    throw new UsageError(`--store ${given}: there is no such module; a URL begins like sqlite:`);
  if (!/\.[cm]?[jt]s$/.test(path)) {
    throw new UsageError(`--store ${given} is no module; for a SQLite file write sqlite:${given}`);
  }
  const found = await defaultExportOf(path, `--store ${given}`);
  if (found == null)
    throw new UsageError(`--store ${given} has no default export: let it be a Keyv or a CacheStore`);
  return found;
}

type StoreCall = Pick<Call<typeof STORE>, 'given' | 'context'>;

/** Thrown if no Worker has created the store's file, or its tables in a database, yet. */
export class NothingYet extends Failure {}

/**
 * The store that the call names. A missing file is not created, because it would be empty.
 * @throws {NothingYet}
 */
export async function openStoreOf({ given, context }: StoreCall): Promise<CacheStore> {
  const store = await context.openStore(given.store ?? context.env.ACTIVITY_CACHE_STORE);
  if (store instanceof SqliteStore && !existsSync(store.path)) {
    throw new NothingYet(
      `there is no file ${store.path}`,
      'name the store by --store or ACTIVITY_CACHE_STORE; a Worker makes the file at its first cached call',
    );
  }
  return store;
}

/**
 * Like {@link withStoreToRead}, but a store that does not exist yet counts as empty instead of
 * failing. The user sees a message about it.
 * @param none - gives the answer in this case
 */
export async function withStoreIfAny(
  call: StoreCall & Pick<Call<Options>, 'screen'>,
  work: (store: CacheStore) => Promise<void>,
  none: () => Promise<void> | void,
): Promise<void> {
  try {
    await withStoreToRead(call, work);
  } catch (error) {
    if (!(error instanceof NothingYet)) throw error;
    call.screen.say(`No entries: ${error.message}`);
    await none();
  }
}

/** Runs `work` with the store that the call names, and closes the store. */
export async function withStore<T>(call: StoreCall, work: (store: CacheStore) => Promise<T>): Promise<T> {
  const store = await openStoreOf(call);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/**
 * Like {@link withStore}, for commands that only read. Creates nothing, and needs no right to
 * write.
 * @throws {NothingYet}
 */
export function withStoreToRead<T>(call: StoreCall, work: (store: CacheStore) => Promise<T>): Promise<T> {
  return withStore(call, async (given) => {
    const store = new ReadOnlyStore(given);
    try {
      // If the store cannot answer this, `work` reports what is wrong.
      if (await store.isThere().catch(() => true)) return await work(store);
      throw new NothingYet(
        `there are no tables in ${store.name}`,
        'name the store by --store or ACTIVITY_CACHE_STORE; a Worker makes the tables at its first cached call',
      );
    } finally {
      await store.close();
    }
  });
}

/** @param scope - undefined means all scopes */
export const upkeepOf = (store: CacheStore, scope?: string): Upkeep =>
  new Upkeep(store, { scope, namespaces: () => [] });

/**
 * The scopes that have entries in the store, or the namespaces of one scope. Stops reading as soon
 * as every entry belongs to a place that was found.
 * @throws {CacheStoreError} if the store fails, or if it cannot list
 */
export async function placesIn(store: CacheStore, scope?: string): Promise<string[]> {
  const total = (await upkeepOf(store, scope).stats()).entries;
  const found = new Set<string>();
  let counted = 0;
  for await (const entry of upkeepOf(store, scope).entries()) {
    const place = scope === undefined ? entry.scope : entry.namespace;
    if (found.has(place)) continue;
    found.add(place);
    const there =
      scope === undefined
        ? upkeepOf(store, place).stats()
        : upkeepOf(store, scope).stats({ namespace: place });
    counted += (await there).entries;
    if (counted >= total) break;
  }
  return [...found].sort();
}
