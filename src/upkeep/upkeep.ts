/** Lists, invalidates, prunes and counts the entries of a store, for the plugin and the CLI. */
import { setTimeout as sleep } from 'node:timers/promises';
import { forgetOldNotes } from '../dependencies/old-notes';
import { readFacts } from '../entry';
import { CacheOptionsError } from '../errors';
import { noteInvalidation } from '../explain/invalidations';
import { forgetUnusedVersions } from '../explain/version-notes';
import { rejectUnknown } from '../options/check';
import type { Origin } from '../wire/outcome';
import { storeFailure } from '../store/failure';
import type { CacheStore, EntryFilter, EntryRecord, Size, StoreStats } from '../store/store';
import { addSizes, emptyStats } from '../store/sizes';
import { type CacheFilter, type Invalidation, toEntryFilter, toInvalidation } from './filter';

/** A listed entry. Times are ISO 8601, on the store's clock. */
export interface CacheEntry {
  /** The key, 64 hex digits. */
  key: string;
  activityType: string;
  version: string;
  tags: readonly string[];
  /** The time when the entry was stored. */
  storedAt: string;
  /** The time since the start of the execution that made the entry. `ttl` is compared with it. */
  ageMs: number;
  /** The size of the value, after the codecs. */
  bytes: number;
  /** The duration of the execution that made the entry. */
  durationMs: number;
  /** The execution that made the entry. Undefined if the entry's header cannot be read. */
  origin: Origin | undefined;
  /** The time when the entry was stored or last hit. Hits are recorded once an hour. */
  usedAt: string;
  /**
   * The time from which `prune` removes the entry: the end of its writer's `ttl`, plus a tenth of
   * the `ttl`, at most an hour. With `serialize`, this time is at least a minute after the
   * execution, because calls that waited may not have read the entry yet.
   */
  keepUntil?: string;
  scope: string;
  namespace: string;
}

/** The options of `CachePlugin.prune`. */
export interface PruneOptions {
  /**
   * The number of bytes of values that the store may keep, 0 or more. The least recently used
   * entries are removed first. Default: no limit.
   */
  maxBytes?: number;
  /** Frees only the space of invalidated values. Default `false`. Not together with `maxBytes`. */
  onlyInvalidated?: boolean;
  /** Called after each batch with the size freed so far. */
  onProgress?: (pruned: Size) => void;
  /** Stops between two batches. The size freed until then is returned. */
  signal?: AbortSignal;
}

/** The pause between two batches, so that waiting writers in any process can continue. */
const PAUSE_MS = 5;

const PRUNE_FIELDS = [
  'maxBytes',
  'onlyInvalidated',
  'onProgress',
  'signal',
] as const satisfies readonly (keyof PruneOptions)[];

/** The part of the store to use: one scope, or all. */
export interface Reach {
  scope: string | undefined;
  /** The namespaces to use. An empty list means all. */
  namespaces(): readonly string[];
}

export class Upkeep {
  constructor(
    private readonly store: CacheStore,
    private readonly reach: Reach,
  ) {}

  /**
   * The valid entries, newest first if the store can sort. Memory is bounded for any number of
   * entries.
   * @throws {CacheOptionsError} at once
   * @throws {CacheStoreError} while iterating, if the store fails, or if it cannot list
   */
  entries(filter: CacheFilter = {}): AsyncIterable<CacheEntry> {
    const filters = this.within(toEntryFilter(filter));
    const { records } = this;
    return (async function* () {
      for (const each of filters) for await (const record of records(each)) yield toCacheEntry(record);
    })();
  }

  /**
   * Invalidates entries: no call finds them from now on, and executions that began before this call
   * store no result in their place. The time does not depend on the number of entries. Their space
   * is freed by the next {@link prune}.
   * @returns the number of entries that were valid until then, undefined if the store cannot count
   * @throws {CacheOptionsError} for invalid arguments
   * @throws {CacheStoreError} if the store fails
   */
  async invalidate(what: Invalidation): Promise<{ entries: number | undefined }> {
    let entries: number | undefined = 0;
    const filter = toInvalidation(what);
    for (const each of filter.key === undefined ? this.within(filter) : [filter]) {
      const done = await this.ask('invalidate', () => this.store.invalidate(each));
      if (done.entries !== 0) await noteInvalidation(this.store, each);
      entries = entries === undefined || done.entries === undefined ? undefined : entries + done.entries;
    }
    return { entries };
  }

  /**
   * Frees space in the whole store, in all scopes. Removes invalidated values, values past their
   * `ttl` (see {@link CacheEntry.keepUntil}), the least recently used values beyond `maxBytes`,
   * notes of killed Workers and of invalidations after a week, and notes of versions that have no
   * entry. Works in short batches, so that calls are not delayed. A call that was stopped can be
   * repeated, and continues.
   * @throws {CacheOptionsError} for invalid arguments
   * @throws {CacheStoreError} if the store fails, or if it cannot list
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
    if (onlyInvalidated || signal?.aborted) return freed;
    await this.ask('prune', () => forgetOldNotes(this.store));
    await this.ask('prune', () => forgetUnusedVersions(this.store));
    return freed;
  }

  /**
   * The number and size of the entries that match `filter`, in all and by Activity type. `stale` is
   * the part that the next {@link prune} removes because of its age.
   * @throws {CacheOptionsError} for invalid arguments
   * @throws {CacheStoreError} if the store fails, or if it cannot list
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
      throw storeFailure(this.store.name, 'entries', cause);
    }
  }.bind(this);

  private async ask<T>(operation: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (cause) {
      throw storeFailure(this.store.name, operation, cause);
    }
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
