/** The cache context: what a running Activity can read about its own caching, and change in it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Duration } from '@temporalio/common';
import { toTtlMs } from './options/layer';
import { tagsProblem } from './options/tags';
import type { RunReason } from './wire/outcome';

/** Access to the cache for a running Activity. See {@link cacheContext}. */
export interface CacheContext {
  /** The key, 64 hex digits. */
  readonly key: string;
  readonly activityType: string;
  readonly version: string;
  /** Why the body runs. */
  readonly why: RunReason;
  /** Do not store this result. The report shows `reason` as its detail. */
  skip(reason: string): void;
  /**
   * The maximum age of this entry, from the start of its execution, even if the readers' own `ttl`
   * is longer. The last call takes precedence. If `duration` is invalid or not above 0, the result
   * is not stored.
   */
  setTtl(duration: Duration): void;
  /**
   * Adds tags to those of the options. If a tag is invalid, the result is not stored, because it
   * could not be invalidated.
   */
  addTags(...tags: string[]): void;
}

/** Records what the body requests for its result. */
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

  // The methods are bound, so that `const { skip } = cacheContext()` works. An invalid argument
  // must not fail the Activity.
  readonly skip = (reason: string): void => {
    this.skipped = typeof reason === 'string' ? reason : '';
  };

  readonly setTtl = (duration: Duration): void => {
    try {
      this.ttlMs = toTtlMs(duration, 'setTtl');
    } catch {
      this.skip('setTtl needs a duration above 0');
    }
  };

  readonly addTags = (...tags: string[]): void => {
    for (const tag of tags) this.tags.add(tag);
    const problem = tagsProblem([...this.tags]);
    if (problem !== undefined) this.skip(`addTags: ${problem}`);
  };
}

// A registered symbol, because an Activity with its own copy of this package must reach the caching
// copy.
const STORAGE = Symbol.for('temporal-activity-cache/context');
const shared = globalThis as { [STORAGE]?: AsyncLocalStorage<CacheContext> };
const storage = (shared[STORAGE] ??= new AsyncLocalStorage());

/**
 * The cache context of the running Activity. Undefined if it is not cached (no policy, disabled,
 * bypassed, or called directly). It works in everything that the Activity awaits.
 */
export function cacheContext(): CacheContext | undefined {
  return storage.getStore();
}

const HELD = Symbol.for('temporal-activity-cache/held');
const sharedHeld = globalThis as { [HELD]?: AsyncLocalStorage<readonly string[]> };
const heldStorage = (sharedHeld[HELD] ??= new AsyncLocalStorage());

/**
 * The keys whose reservations the running Activity, cached or not, and the callers above it hold.
 */
export const heldKeys = (): readonly string[] => heldStorage.getStore() ?? [];

export const withHeldKeys = <T>(held: readonly string[], run: () => T): T =>
  held.length === 0 ? run() : heldStorage.run(held, run);

export function withCacheContext<T>(recording: Recording, run: () => Promise<T>): Promise<T> {
  return storage.run(recording, run);
}
