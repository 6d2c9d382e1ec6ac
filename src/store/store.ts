/**
 * What a store of cached results must do. `./testing` publishes the suite that holds an implementation to it.
 *
 * **Order never depends on a clock.** A store hands out *tickets*, its own increasing numbers: one to each execution, when its
 * look-up misses. An entry is never replaced by a result with a lower ticket. An invalidation raises a *floor*: it draws a
 * ticket, and from then on entries and writes at or below it do not count where the floor covers them. So what began before an
 * overwrite or an invalidation cannot bring the old value back, however late it ends. That holds too where the store was put back to what it
 * was, as from a backup: a ticket above all that it has drawn is none of its own.
 *
 * **Age does depend on a clock: the store's**, never that of a caller.
 *
 * A store may throw, at any operation; its user runs the Activity then. It bounds no time itself: its user does.
 *
 * @experimental A minor version may add or change operations, and the changelog says so.
 */

export interface CacheStore {
  /** Shown to people, e.g. `sqlite:/app/.activity-cache/cache.db`. It contains no passwords. */
  readonly name: string;

  /** What this store does only as well as it can, a sentence each, for people. Default: it keeps all that is said here. */
  readonly limits?: readonly string[];

  /**
   * Reads the entry of `subject.key`. Where there is none that counts, draws a ticket, in the same round trip if it can.
   * Answers from one moment: an entry is whole, or not there.
   */
  look(subject: Subject): Promise<Look>;

  /**
   * Says of each subject which entry of it counts, as {@link CacheStore.look} would, without results and tickets: the results that another one was made of.
   * There are from 1 to 2,000 of them, so one round trip for many is worth having. A store that leaves this out is asked by `look`.
   */
  check?(subjects: readonly Subject[]): Promise<Checked>;

  /** Draws a ticket for an execution that did not look, or did not want what it found. */
  draw(): Promise<Drawn>;

  /**
   * Stores an entry, unless one with a higher ticket is stored or a floor at or above its ticket covers it. Atomic: of two
   * processes the higher ticket wins. An equal ticket replaces (an execution may store again). A ticket that this store cannot have drawn is
   * superseded, and so is one below that of an entry of this key that was pruned; below those of other keys it may be.
   * @returns `'superseded'` when it was not stored for one of these reasons
   */
  put(entry: NewEntry): Promise<'stored' | 'superseded'>;

  /**
   * From now on the entries that `filter` means do not count. Takes effect at once and takes no longer for many entries than for one: the space
   * of many may be freed later, by {@link CacheStore.prune}. Where the filter has a floor (`floorName`), what began before this call and ends
   * after it will not be stored either; for other filters that holds for the keys of the entries there are.
   * @param filter - at least `key` or `scope` is given
   * @returns how many entries counted until then and do not any more; undefined where that cannot be told
   */
  invalidate(filter: EntryFilter): Promise<{ entries: number | undefined }>;

  /** Notes that these entries were used just now. Keys that are not there are no error. */
  touch(keys: readonly string[]): Promise<void>;

  /**
   * The entries that count, without their bytes; newest first where the store can sort. Read in pages: memory is bounded, and what changes
   * meanwhile may be seen or not.
   */
  entries(filter: EntryFilter): AsyncIterable<EntryRecord>;

  /** How much there is that counts. */
  stats(filter: EntryFilter): Promise<StoreStats>;

  /**
   * Frees space: one batch, short enough not to hold up readers. In this order: results that were invalidated, results past their `keepUntil`,
   * what belongs to no entry, and, while the results that count have more than `maxBytes` together, those that were not used longest. Stopped
   * at any point it leaves a consistent store. Floors are kept.
   */
  prune(limits: PruneLimits): Promise<Pruned>;

  /** Keeps a short text under a name, instead of the last one; `undefined` removes it. Not about entries: `prune` leaves it. */
  note(name: string, text: string | undefined): Promise<void>;

  /**
   * Keeps a text under a name unless one is kept there; answers the one that is. Atomic: all processes get the same answer.
   */
  claim(name: string, text: string): Promise<string>;

  /** The notes whose names begin so, by name. */
  notes(prefix: string): Promise<Note[]>;

  /** What a person who looks for a fault wants to know: versions, sizes. Fails where the store cannot be reached. */
  about(): Promise<Record<string, string>>;

  /** Ends connections and files. Operations afterwards throw. Twice is once. */
  close(): Promise<void>;
}

/**
 * What an entry is found by, and what floors may cover. All texts of this interface are well-formed Unicode without U+0000: databases keep
 * no other.
 *
 * @experimental
 */
export interface Subject {
  /** 64 hex digits. No two scopes and namespaces share a key. */
  key: string;
  /** Whose entries these are: nothing reaches from one scope into another. At most 500 characters. */
  scope: string;
  /** A part of a scope. An invalidation means one, or all of a scope. */
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

/** Instead of one, where a process only reads. Nothing can be stored with it. */
export const NO_TICKET = 0;

/**
 * A ticket, and when it was drawn.
 *
 * @experimental
 */
export interface Drawn {
  /** A whole number, greater than all drawn before, by any process. */
  ticket: number;
  now: StoreTime;
}

/**
 * What a look-up found; a ticket where it found nothing that counts.
 *
 * @experimental
 */
export type Look =
  | { found: StoredEntry; now: StoreTime }
  /** `why`: `'invalidated'` when there was an entry, and an invalidation took it. */
  | ({ found?: undefined; why: 'new' | 'invalidated' } & Drawn);

/**
 * Which of several entries count.
 *
 * @experimental
 */
export interface Checked {
  /** In the order of the subjects; undefined where no entry counts. */
  standing: (Pick<StoredEntry, 'ticket' | 'startedAt'> | undefined)[];
  now: StoreTime;
}

/**
 * A result as its writer hands it over.
 *
 * @experimental
 */
export interface NewEntry extends Subject {
  /** No two alike. */
  tags: readonly string[];
  /** Of the execution that made the result. */
  ticket: number;
  /** When that execution began: the `now` that came with its ticket. */
  startedAt: StoreTime;
  /** How long it ran. */
  durationMs: number;
  /** From then on nobody is expected to want it: `prune` may take it. Default: never. It counts all the same. */
  keepUntil?: StoreTime;
  /** Everything else there is to say, opaque to the store. */
  header: string;
  /** The result's bytes, opaque to the store; a few bytes to some megabytes. */
  data: Uint8Array;
}

/**
 * A result as it is found again. A store need not check it: its user does, by a checksum in the header.
 *
 * @experimental
 */
export interface StoredEntry {
  ticket: number;
  startedAt: StoreTime;
  storedAt: StoreTime;
  header: string;
  /** Undefined where the bytes are gone: a miss, which the next result heals. */
  data: Uint8Array | undefined;
}

/**
 * An entry as it is listed: all but its bytes.
 *
 * @experimental
 */
export interface EntryRecord extends Omit<NewEntry, 'data'> {
  storedAt: StoreTime;
  /** When it was stored or last touched. */
  usedAt: StoreTime;
  /** How many bytes its result has. */
  bytes: number;
  /** The store's time when this was read. */
  now: StoreTime;
}

/** How many entries there are, and how large their results are together. */
export interface Size {
  entries: number;
  /** Of results; headers and what a database adds are not counted. */
  bytes: number;
}

/** The size of what counts: in all, and by Activity type. */
export interface StoreStats extends Size {
  byActivity: Record<string, Size>;
  /** Among them: what is past its `keepUntil`. */
  stale: Size;
}

/**
 * What a store is to free.
 *
 * @experimental
 */
export interface PruneLimits {
  /** How many bytes of results may stay. Default: any number. */
  maxBytes?: number;
  /** Frees only the space of results that were invalidated; `maxBytes` says nothing then. Default `false`. */
  onlyInvalidated?: boolean;
}

/**
 * What one batch has freed.
 *
 * @experimental
 */
export interface Pruned extends Size {
  /** There may be more to do: call again. */
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
  /** When it was written. */
  at: StoreTime;
  /** How long ago that was, on the store's clock. */
  ageMs: number;
}

/**
 * Which entries are meant: those for which all given fields hold; without any field, every entry.
 *
 * @experimental
 */
export interface EntryFilter {
  scope?: string;
  namespace?: string;
  /** 64 hex digits. */
  key?: string;
  /** How the key begins. */
  keyPrefix?: string;
  activityType?: string;
  version?: string;
  tag?: string;
  /** Made by an execution that began at least so long ago, in milliseconds. */
  olderThanMs?: number;
}
