/** Looking into a store, and putting it in order: what the plugin and the command line offer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { forgetOldNotes } from '../dependencies/old-notes';
import { readFacts } from '../entry';
import { CacheOptionsError, CacheReadOnlyError, CacheStoreError } from '../errors';
import { rejectUnknown } from '../options/check';
import type { Origin } from '../wire/outcome';
import type { CacheStore, EntryFilter, EntryRecord, Size, StoreStats } from '../store/store';
import { addSizes, emptyStats } from '../store/sizes';
import { type CacheFilter, type Invalidation, toEntryFilter, toInvalidation } from './filter';

/** An entry as it is listed. Times are ISO 8601, on the store's clock. */
export interface CacheEntry {
  /** 64 hex digits. */
  key: string;
  activityType: string;
  version: string;
  tags: readonly string[];
  /** When it was stored. */
  storedAt: string;
  /** How long ago the execution began that made it: what `ttl` is compared with. */
  ageMs: number;
  /** Of the value, after the codecs. */
  bytes: number;
  /** How long the execution ran that made it. */
  durationMs: number;
  /** The execution that made it; undefined where the entry's header cannot be read. */
  origin: Origin | undefined;
  /** When it was stored or last hit; hits are noted once an hour. */
  usedAt: string;
  /**
   * `prune` takes it from then on: its writer's `ttl`, and a tenth of it, an hour at most, more. With `serialize` it is
   * a minute after the execution at the earliest: calls that waited may not have read it yet.
   */
  keepUntil?: string;
  scope: string;
  namespace: string;
}

export interface PruneOptions {
  /** How many bytes of values the store may keep; those not used longest go first. Default: any number. Above 0, or 0 for none. */
  maxBytes?: number;
  /** Frees only the space of values that were invalidated. Default `false`. Not together with `maxBytes`. */
  onlyInvalidated?: boolean;
  /** Told after each batch what was freed so far. */
  onProgress?: (pruned: Size) => void;
  /** Stops between two batches; what was freed until then is the answer. */
  signal?: AbortSignal;
}

/** Between two batches, for whoever waits to write, in this process or another. */
const PAUSE_MS = 5;

const PRUNE_FIELDS = [
  'maxBytes',
  'onlyInvalidated',
  'onProgress',
  'signal',
] as const satisfies readonly (keyof PruneOptions)[];

/** Where to look: one scope, or all. */
export interface Reach {
  scope: string | undefined;
  /** None: every one. */
  namespaces(): readonly string[];
}

export class Upkeep {
  constructor(
    private readonly store: CacheStore,
    private readonly reach: Reach,
  ) {}

  /**
   * The entries that count, newest first where the store can sort. Memory is bounded, however many there are.
   * @throws {CacheOptionsError} at once
   * @throws {CacheStoreError} while iterating: the store fails, or cannot list
   */
  entries(filter: CacheFilter = {}): AsyncIterable<CacheEntry> {
    const filters = this.within(toEntryFilter(filter));
    const { records } = this;
    return (async function* () {
      for (const each of filters) for await (const record of records(each)) yield toCacheEntry(record);
    })();
  }

  /**
   * Forgets: from now on these entries are not found anywhere, and what is running since before will not be stored in their place.
   * Takes no longer for many entries than for one; their space is freed by the next {@link prune}.
   * @returns how many entries counted until then; undefined where the store cannot tell
   * @throws {CacheOptionsError} for a slip
   * @throws {CacheStoreError} the store fails
   */
  async invalidate(what: Invalidation): Promise<{ entries: number | undefined }> {
    let entries: number | undefined = 0;
    const filter = toInvalidation(what);
    for (const each of filter.key === undefined ? this.within(filter) : [filter]) {
      const done = await this.ask('invalidate', () => this.store.invalidate(each));
      entries = entries === undefined || done.entries === undefined ? undefined : entries + done.entries;
    }
    return { entries };
  }

  /**
   * Frees space in the whole store, all scopes: values that were invalidated, values past their `ttl`, and those not used longest where
   * `maxBytes` says so; and notes that Workers left a week ago and more, which were killed. In short batches: callers are not held up; stopped in the middle and called again it goes on.
   * @throws {CacheOptionsError} for a slip
   * @throws {CacheStoreError} the store fails, or cannot list
   */
  async prune(options: PruneOptions = {}): Promise<Size> {
    rejectUnknown(options, PRUNE_FIELDS, 'prune');
    const { maxBytes, onlyInvalidated = false, onProgress, signal } = options;
    if (maxBytes !== undefined && !(Number.isFinite(maxBytes) && maxBytes >= 0)) {
      throw new CacheOptionsError(`prune: maxBytes must be a number of bytes, 0 or more`);
    }
    if (typeof onlyInvalidated !== 'boolean') {
      throw new CacheOptionsError('prune: onlyInvalidated must be true or false');
    }
    if (maxBytes !== undefined && onlyInvalidated) {
      throw new CacheOptionsError('prune: give either maxBytes, or onlyInvalidated');
    }
    const freed: Size = { entries: 0, bytes: 0 };
    for (let more = true; more && !signal?.aborted; await sleep(PAUSE_MS)) {
      const batch = await this.ask('prune', () => this.store.prune({ maxBytes, onlyInvalidated }));
      freed.entries += batch.entries;
      freed.bytes += batch.bytes;
      more = batch.more;
      onProgress?.({ ...freed });
    }
    if (!onlyInvalidated && !signal?.aborted) await this.ask('prune', () => forgetOldNotes(this.store));
    return freed;
  }

  /**
   * How much there is that `filter` means: in all, and by Activity type; `stale` is what the next {@link prune} takes for its age.
   * @throws {CacheOptionsError} for a slip
   * @throws {CacheStoreError} the store fails, or cannot list
   */
  async stats(filter: CacheFilter = {}): Promise<StoreStats> {
    const sum = emptyStats();
    for (const each of this.within(toEntryFilter(filter, 'stats'))) {
      addSizes(sum, await this.ask('stats', () => this.store.stats(each)));
    }
    return sum;
  }

  private within(filter: Omit<EntryFilter, 'scope'>): EntryFilter[] {
    const { scope } = this.reach;
    const scoped = scope === undefined ? filter : { ...filter, scope };
    const namespaces = filter.namespace === undefined ? this.reach.namespaces() : [];
    return namespaces.length === 0 ? [scoped] : namespaces.map((namespace) => ({ ...scoped, namespace }));
  }

  private readonly records = async function* (this: Upkeep, filter: EntryFilter) {
    try {
      yield* this.store.entries(filter);
    } catch (cause) {
      throw this.failure('entries', cause);
    }
  }.bind(this);

  private async ask<T>(operation: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (cause) {
      throw this.failure(operation, cause);
    }
  }

  private failure(operation: string, cause: unknown): CacheStoreError | CacheReadOnlyError {
    if (cause instanceof CacheReadOnlyError) return cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    return new CacheStoreError(`Store ${operation} failed [store=${this.store.name}]: ${why}`, { cause });
  }
}

function toCacheEntry(record: EntryRecord): CacheEntry {
  const { key, activityType, version, tags, bytes, durationMs, keepUntil, scope, namespace } = record;
  const iso = (ms: number) => new Date(ms).toISOString();
  const { workflowId, runId, activityId } = readFacts(record.header)?.origin ?? {};
  return {
    key,
    activityType,
    version,
    tags,
    storedAt: iso(record.storedAt),
    ageMs: Math.max(0, record.now - record.startedAt),
    bytes,
    durationMs,
    origin: activityId === undefined ? undefined : { workflowId, runId, activityId },
    usedAt: iso(record.usedAt),
    ...(keepUntil !== undefined && { keepUntil: iso(keepUntil) }),
    scope,
    namespace,
  };
}
