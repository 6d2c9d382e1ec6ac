/**
 * What a store of cached results must do. `./testing` publishes the suite that tests an
 * implementation.
 *
 * **Order never depends on a clock.** A store hands out *tickets*, which are its own increasing
 * numbers. Each execution gets one when its look-up misses. An entry is never replaced by a result
 * with a lower ticket. An invalidation raises a *floor*: it draws a ticket, and from then on the
 * entries and writes that the floor covers do not count if their ticket is at or below it. So an
 * execution that began before an overwrite or an invalidation cannot bring the old value back,
 * however late it ends. This also holds for a store that was restored from a backup: a ticket above
 * all that the store has drawn is not one of its own.
 *
 * **Age does depend on a clock: the store's**, never that of a caller.
 *
 * Every operation may throw, and the cache then runs the Activity. A store needs no timeouts,
 * because the cache has them.
 *
 * @experimental A minor version may add or change operations, and the changelog says so.
 */

export interface CacheStore {
  /**
   * The name that people see, e.g. `sqlite:/app/.activity-cache/cache.db`. It contains no
   * passwords.
   */
  readonly name: string;

  /**
   * The promises below that this store keeps only as best effort, a sentence each, for people.
   * Default: none.
   */
  readonly limits?: readonly string[];

  /**
   * Reads the entry of `subject.key`. If no entry counts, draws a ticket, in the same round trip if
   * possible. The answer describes one moment: an entry is complete or absent.
   */
  look(subject: Subject): Promise<Look>;

  /**
   * Finds for each subject the entry that counts, as {@link CacheStore.look} would, without results
   * and tickets. The cache asks this of the results that another result was made of. There are 1 to
   * 2,000 subjects, so one round trip for many is worthwhile. If a store has no `check`, the cache
   * calls `look` for each.
   */
  check?(subjects: readonly Subject[]): Promise<Checked>;

  /** Draws a ticket for an execution that did not look, or did not use what it found. */
  draw(): Promise<Drawn>;

  /**
   * Stores an entry, unless an entry with a higher ticket is stored or a floor at or above its
   * ticket covers it. This is atomic: of two processes the higher ticket wins. An equal ticket
   * replaces the entry, because an execution may store again. A ticket that this store cannot have
   * drawn is superseded. So is a ticket below that of a pruned entry of this key. A ticket below
   * that of a pruned entry of another key may be.
   * @returns `'superseded'` when the entry was not stored for one of these reasons
   */
  put(entry: NewEntry): Promise<'stored' | 'superseded'>;

  /**
   * Makes the entries that `filter` selects not count any more. This takes effect at once, and
   * takes no longer for many entries than for one: {@link CacheStore.prune} may free their space
   * later. Where the filter has a floor (`floorName`), an execution that began before this call and
   * ends after it is not stored either. For other filters this holds for the keys of the existing
   * entries.
   * @param filter - at least `key` or `scope` is given
   * @returns how many entries stopped counting, undefined where the store cannot tell
   */
  invalidate(filter: EntryFilter): Promise<{ entries: number | undefined }>;

  /** Records that these entries were used just now. Unknown keys are ignored. */
  touch(keys: readonly string[]): Promise<void>;

  /**
   * Lists the entries that count, without their bytes, newest first where the store can sort. They
   * are read in pages, so memory is bounded. Changes that happen meanwhile may or may not be seen.
   */
  entries(filter: EntryFilter): AsyncIterable<EntryRecord>;

  /** How many entries count, and their size. */
  stats(filter: EntryFilter): Promise<StoreStats>;

  /**
   * Frees space: one batch, short enough not to block readers. It removes, in this order,
   * invalidated results, results past their `keepUntil`, remains that belong to no entry, and,
   * while the results that count exceed `maxBytes` together, the least recently used ones. If it is
   * interrupted at any point, the store is consistent. Floors are kept.
   */
  prune(limits: PruneLimits): Promise<Pruned>;

  /**
   * Keeps a short text under a name, and replaces the last one. `undefined` removes it. Notes have
   * nothing to do with entries, and `prune` leaves them.
   */
  note(name: string, text: string | undefined): Promise<void>;

  /**
   * Keeps a text under a name unless the name has one, and returns the text that the name has. This
   * is atomic: all processes get the same answer.
   */
  claim(name: string, text: string): Promise<string>;

  /** The notes whose names begin with `prefix`, sorted by name. */
  notes(prefix: string): Promise<Note[]>;

  /**
   * Facts for a person who looks for a fault, such as versions and sizes. Fails where the store
   * cannot be reached.
   */
  about(): Promise<Record<string, string>>;

  /** Ends connections and files. Later operations throw. A second call does nothing. */
  close(): Promise<void>;
}

/**
 * What identifies an entry, and what floors may cover. All texts of this interface are well-formed
 * Unicode without U+0000, because databases keep no others.
 *
 * @experimental
 */
export interface Subject {
  /** 64 hex digits. No two scopes and namespaces share a key. */
  key: string;
  /** The scope of the entry, at most 500 characters. No other scope reads or invalidates it. */
  scope: string;
  /** A part of a scope. An invalidation covers one namespace, or all of a scope. */
  namespace: string;
  activityType: string;
  version: string;
}

/**
 * Milliseconds since 1970 on the store's clock.
 *
 * @experimental
 */
export type StoreTime = number;

/** A placeholder for a ticket, where a process only reads. Nothing can be stored with it. */
export const NO_TICKET = 0;

/**
 * A ticket, and when it was drawn.
 *
 * @experimental
 */
export interface Drawn {
  /** A whole number, greater than all that any process drew before. */
  ticket: number;
  now: StoreTime;
}

/**
 * The result of a look-up. A miss has a ticket.
 *
 * @experimental
 */
export type Look =
  | { found: StoredEntry; now: StoreTime }
  /** `why` is `'invalidated'` when there was an entry and it was invalidated. */
  | ({ found?: undefined; why: 'new' | 'invalidated' } & Drawn);

/**
 * Which of several entries count.
 *
 * @experimental
 */
export interface Checked {
  /** In the order of the subjects. Undefined where no entry counts. */
  standing: (Pick<StoredEntry, 'ticket' | 'startedAt'> | undefined)[];
  now: StoreTime;
}

/**
 * A result as its writer hands it over.
 *
 * @experimental
 */
export interface NewEntry extends Subject {
  /** Each tag is there once. */
  tags: readonly string[];
  /** The ticket of the execution that made the result. */
  ticket: number;
  /** When that execution began: the `now` that came with its ticket. */
  startedAt: StoreTime;
  /** How long the execution ran. */
  durationMs: number;
  /**
   * No call is expected to need the entry after this time, and `prune` may remove it. Until then,
   * and after it, the entry counts. Default: never.
   */
  keepUntil?: StoreTime;
  /** Other facts about the result, opaque to the store. */
  header: string;
  /** The bytes of the result, opaque to the store: a few bytes to some megabytes. */
  data: Uint8Array;
}

/**
 * A result as a look-up finds it. A store need not check the bytes, because the header has a
 * checksum.
 *
 * @experimental
 */
export interface StoredEntry {
  ticket: number;
  startedAt: StoreTime;
  storedAt: StoreTime;
  header: string;
  /** Undefined where the bytes are lost. This is a miss, and the next result replaces the entry. */
  data: Uint8Array | undefined;
}

/**
 * An entry as it is listed, without its bytes.
 *
 * @experimental
 */
export interface EntryRecord extends Omit<NewEntry, 'data'> {
  storedAt: StoreTime;
  /** When the entry was stored or last touched. */
  usedAt: StoreTime;
  /** The size of the result, in bytes. */
  bytes: number;
  /** The store's time when the entry was read. */
  now: StoreTime;
}

/** How many entries there are, and the size of their results together. */
export interface Size {
  entries: number;
  /** The size of the results, without headers and without what a database adds. */
  bytes: number;
}

/** The size of the entries that count, in all and by Activity type. */
export interface StoreStats extends Size {
  byActivity: Record<string, Size>;
  /** The part of them that is past its `keepUntil`. */
  stale: Size;
}

/**
 * What a store shall free.
 *
 * @experimental
 */
export interface PruneLimits {
  /** How many bytes of results may stay. Default: any number. */
  maxBytes?: number;
  /**
   * Whether to free only the space of invalidated results, whatever `maxBytes` says. Default
   * `false`.
   */
  onlyInvalidated?: boolean;
}

/**
 * What one batch has freed.
 *
 * @experimental
 */
export interface Pruned extends Size {
  /** Whether there may be more to free, so that it is worth calling again. */
  more: boolean;
}

/**
 * A short text that is kept under a name.
 *
 * @experimental
 */
export interface Note {
  name: string;
  text: string;
  /** When the note was written. */
  at: StoreTime;
  /** How long ago that was, on the store's clock. */
  ageMs: number;
}

/**
 * Selects the entries that match all given fields. Without any field it selects every entry.
 *
 * @experimental
 */
export interface EntryFilter {
  scope?: string;
  namespace?: string;
  /** 64 hex digits. */
  key?: string;
  /** The first digits of the key. */
  keyPrefix?: string;
  activityType?: string;
  version?: string;
  tag?: string;
  /** Selects entries whose execution began at least this long ago, in milliseconds. */
  olderThanMs?: number;
}
