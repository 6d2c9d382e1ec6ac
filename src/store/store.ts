/**
 * What a store of cached results must do. `./testing` publishes the suite that holds an implementation to it.
 *
 * **Order never depends on a clock.** A store hands out *tickets*, its own increasing numbers: one to each execution, when its
 * look-up misses. An entry is never replaced by a result with a lower ticket. An invalidation raises a *floor*: it draws a
 * ticket, and from then on entries and writes at or below it do not count where the floor covers them. So what began before an
 * overwrite or an invalidation cannot bring the old value back, however late it ends.
 *
 * **Age does depend on a clock: the store's**, never that of a caller.
 *
 * A store may throw, at any operation; its user runs the Activity then. It bounds no time itself: its user does.
 */
export interface CacheStore {
  /** For people, e.g. `sqlite:/app/.activity-cache/cache.db`. No passwords. */
  readonly name: string;

  /**
   * Reads the entry of `subject.key`. Where there is none that counts, draws a ticket, in the same round trip if it can.
   * Answers from one moment: an entry is whole, or not there.
   */
  look(subject: Subject): Promise<Look>;

  /** Draws a ticket for an execution that did not look, or did not want what it found. */
  draw(): Promise<Drawn>;

  /**
   * Stores an entry, unless one with a higher ticket is stored or a floor at or above its ticket covers it. Atomic: of two
   * processes the higher ticket wins. An equal ticket replaces (an execution may store again).
   * @returns `'superseded'` when it was not stored for one of these reasons
   */
  put(entry: NewEntry): Promise<'stored' | 'superseded'>;

  /**
   * Raises a floor, then drops the results it covers. What began before this call and ends after it will not be stored.
   * @returns how many entries counted until then and are gone now
   */
  invalidate(selector: Selector): Promise<{ entries: number }>;

  /** Ends connections and files. Operations afterwards throw. Twice is once. */
  close(): Promise<void>;
}

/** What an entry is found by, and what floors may cover. */
export interface Subject {
  /** 64 hex digits. No two spaces share a key. */
  key: string;
  /** Floors never reach from one space into another. At most 1,000 characters. */
  space: string;
  activityType: string;
  version: string;
}

/** Milliseconds since 1970 on the store's clock. */
export type StoreTime = number;

export interface Drawn {
  /** A whole number, greater than all drawn before, by any process. */
  ticket: number;
  now: StoreTime;
}

export type Look =
  | { found: StoredEntry; now: StoreTime }
  /** `why`: `'invalidated'` when there was an entry, and a floor or an invalidation took it. */
  | ({ found?: undefined; why: 'new' | 'invalidated' } & Drawn);

/** A result as its writer hands it over. */
export interface NewEntry extends Subject {
  tags: readonly string[];
  /** Of the execution that made the result. */
  ticket: number;
  /** When that execution began: the `now` that came with its ticket. */
  startedAt: StoreTime;
  /** How long it ran. */
  durationMs: number;
  /**
   * Everything else there is to say, opaque to the store. Well-formed Unicode without U+0000, as `JSON.stringify` writes it:
   * databases keep no other text.
   */
  header: string;
  /** The result's bytes, opaque to the store; a few bytes to some megabytes. */
  data: Uint8Array;
}

/** A result as it is found again. A store need not check it: its user does, by a checksum in the header. */
export interface StoredEntry {
  ticket: number;
  startedAt: StoreTime;
  storedAt: StoreTime;
  header: string;
  /** Undefined where the bytes are gone: a miss, which the next result heals. */
  data: Uint8Array | undefined;
}

/** What an invalidation covers, always within one space. */
export type Selector = { space: string } & (
  { key: string } | { activityType: string; version?: string } | { tag: string } | { all: true }
);

/** The name of a selector's floor; the same text for the same selector, another for another. */
export function floorName(selector: Selector): string {
  const { space } = selector;
  if ('key' in selector) return JSON.stringify([space, 'key', selector.key]);
  if ('tag' in selector) return JSON.stringify([space, 'tag', selector.tag]);
  if ('all' in selector) return JSON.stringify([space, 'all']);
  const { activityType, version } = selector;
  return JSON.stringify(
    version === undefined ? [space, 'activity', activityType] : [space, 'version', activityType, version],
  );
}

/** The names of all floors that cover an entry. */
export function floorsOver(subject: Subject, tags: readonly string[]): string[] {
  const { key, space } = subject;
  const ofTags = tags.map((tag) => floorName({ space, tag }));
  return [...floorsOverAll(subject), floorName({ space, key }), ...ofTags];
}

/** Those that do not depend on the key; one look-up is often like the one before. */
function floorsOverAll({ space, activityType, version }: Subject): readonly string[] {
  if (last?.space === space && last.activityType === activityType && last.version === version)
    return last.names;
  const selectors: Selector[] = [
    { space, all: true },
    { space, activityType },
    { space, activityType, version },
  ];
  last = { space, activityType, version, names: selectors.map((selector) => floorName(selector)) };
  return last.names;
}

let last: (Omit<Subject, 'key'> & { names: readonly string[] }) | undefined;
