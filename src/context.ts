/** What a running Activity can know of its own caching, and say about it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Duration } from '@temporalio/common';
import { toTtlMs } from './options/layer';
import { tagsProblem } from './options/tags';
import type { RunReason } from './wire/outcome';

/** What a running Activity can learn from the cache, and tell it: see {@link cacheContext}. */
export interface CacheContext {
  /** 64 hex digits. */
  readonly key: string;
  readonly activityType: string;
  readonly version: string;
  /** Why the body runs. */
  readonly why: RunReason;
  /** Do not store this result; the report gives `reason` as its detail. */
  skip(reason: string): void;
  /**
   * This entry counts no longer than `duration` after its execution began, whatever the readers' own `ttl`. The last call counts.
   * What is no duration above 0 leaves the result unstored.
   */
  setTtl(duration: Duration): void;
  /** More tags for this entry, beside those of its options. What is no tag leaves the result unstored: it could not be invalidated. */
  addTags(...tags: string[]): void;
}

/** What the body said about its result. */
export class Recording implements CacheContext {
  skipped?: string;
  ttlMs?: number;
  readonly tags = new Set<string>();

  constructor(
    readonly key: string,
    readonly activityType: string,
    readonly version: string,
    readonly why: RunReason,
    tags: readonly string[] = [],
  ) {
    this.addTags(...tags);
  }

  // Bound, so that `const { skip } = cacheContext()` works; a slip in what they are given must not fail the Activity.
  readonly skip = (reason: string): void => {
    this.skipped = typeof reason === 'string' ? reason : '';
  };

  readonly setTtl = (duration: Duration): void => {
    try {
      this.ttlMs = toTtlMs(duration, 'setTtl');
    } catch {
      this.skip('setTtl was given no duration above 0');
    }
  };

  readonly addTags = (...tags: string[]): void => {
    for (const tag of tags) this.tags.add(tag);
    const problem = tagsProblem([...this.tags]);
    if (problem !== undefined) this.skip(`addTags: ${problem}`);
  };
}

// Under a registered symbol: an Activity that has a copy of this package of its own speaks to the copy that caches it.
const STORAGE = Symbol.for('temporal-activity-cache/context');
const shared = globalThis as { [STORAGE]?: AsyncLocalStorage<CacheContext> };
const storage = (shared[STORAGE] ??= new AsyncLocalStorage());

/**
 * The caching of the Activity that is running; undefined where it is not cached (no policy, disabled, bypassed, called directly).
 * Works in whatever the Activity awaits.
 */
export function cacheContext(): CacheContext | undefined {
  return storage.getStore();
}

const HELD = Symbol.for('temporal-activity-cache/held');
const sharedHeld = globalThis as { [HELD]?: AsyncLocalStorage<readonly string[]> };
const heldStorage = (sharedHeld[HELD] ??= new AsyncLocalStorage());

/** The keys that the running Activity, cached or not, and the callers above it have the turns of. */
export const heldKeys = (): readonly string[] => heldStorage.getStore() ?? [];

export const withHeldKeys = <T>(held: readonly string[], run: () => T): T =>
  held.length === 0 ? run() : heldStorage.run(held, run);

export function withCacheContext<T>(recording: Recording, run: () => Promise<T>): Promise<T> {
  return storage.run(recording, run);
}
