/** What a store of one's own is written with, and the types that programs pass around. Compiled like inference.ts; never run. */
import type { Pool } from 'pg';
import {
  cached,
  CachePlugin,
  type CallSite,
  KeyvStore,
  MemoryStore,
  PostgresAdapter,
  PostgresStore,
  type ReservationOptions,
  type RunCache,
  SqliteStore,
  type StoreStats,
  type Wrappable,
} from 'temporal-activity-cache';
import {
  type CacheStore,
  type EntryFilter,
  floorName,
  floorsOver,
  floorsOverTags,
  type Look,
  matches,
  type Note,
  type Subject,
} from 'temporal-activity-cache/store';
import { cacheStoreContract } from 'temporal-activity-cache/testing';

/** A store in front of another one. */
export class Counting implements CacheStore {
  readonly name = 'counting';
  looks = 0;
  constructor(private readonly behind: CacheStore) {}

  async look(subject: Subject): Promise<Look> {
    this.looks++;
    return this.behind.look(subject);
  }
  draw: CacheStore['draw'] = () => this.behind.draw();
  put: CacheStore['put'] = (entry) => this.behind.put(entry);
  invalidate: CacheStore['invalidate'] = (filter: EntryFilter) => this.behind.invalidate(filter);
  touch: CacheStore['touch'] = (keys) => this.behind.touch(keys);
  entries: CacheStore['entries'] = (filter) => this.behind.entries(filter);
  stats = (filter: EntryFilter): Promise<StoreStats> => this.behind.stats(filter);
  prune: CacheStore['prune'] = (limits) => this.behind.prune(limits);
  note: CacheStore['note'] = (name, text) => this.behind.note(name, text);
  claim: CacheStore['claim'] = (name, text) => this.behind.claim(name, text);
  notes = (prefix: string): Promise<Note[]> => this.behind.notes(prefix);
  about: CacheStore['about'] = () => this.behind.about();
  close: CacheStore['close'] = () => this.behind.close();
}

cacheStoreContract('Counting', { open: async ({ clock }) => new Counting(new MemoryStore(clock)) });

export const stores: CacheStore[] = [
  new Counting(new SqliteStore('cache.db', { lockWaitMs: 100 })),
  new PostgresStore({ uri: 'postgres://host/database', max: 4, idleTimeoutMillis: 1_000 }),
  new KeyvStore({} as ConstructorParameters<typeof KeyvStore>[0]),
];
// @ts-expect-error -- with a pool there are no options of another one
new PostgresStore({ pool: {} as Pool, max: 4, uri: 'postgres://host/database' });
// @ts-expect-error -- an adapter is no store
stores.push(new PostgresAdapter({ uri: 'postgres://host/database' }));

export const covered = (subject: Subject, tags: readonly string[], filter: EntryFilter): boolean =>
  [...floorsOver(subject, []), ...floorsOverTags(subject, tags)].includes(floorName(filter) ?? '') ||
  matches({ ...subject, tags, startedAt: 0 }, filter, Date.now());

// Options that programs compute have names.
const reservations: ReservationOptions = { lease: '10 seconds' };
new CachePlugin({ store: stores[0]!, reservations });
export const run: RunCache = { mode: 'overwrite', activities: ['train*'], tags: ['nightly'] };
export const call: CallSite = { version: '2', serialize: { waitTimeout: '1 minute' } };
export const wrapped = <F extends Wrappable>(fn: F): F => cached('auto', fn);
