/**
 * Every error of this package, each with a stable `code`. The cache must not fail a task, so few of
 * these are thrown.
 */

/** The base class of all errors of this package. */
export abstract class CacheError extends Error {
  abstract readonly code: string;
}

/**
 * Thrown for invalid options: while wrapping, constructing the plugin, or creating a Worker. Never
 * thrown during a call.
 */
export class CacheOptionsError extends CacheError {
  override readonly name = 'CacheOptionsError';
  readonly code = 'ACTIVITY_CACHE_OPTIONS';
}

/** Thrown if a process that only reads the cache (`access: 'read'`) would change it. */
export class CacheReadOnlyError extends CacheError {
  override readonly name = 'CacheReadOnlyError';
  readonly code = 'ACTIVITY_CACHE_READ_ONLY';
}

/**
 * Thrown into an attempt if a look-up fails, but only with `onStoreError: 'fail'`. Temporal retries
 * it. Without that option a failing store causes a miss, and this error is the `cause` of a
 * warning.
 */
export class CacheStoreError extends CacheError {
  override readonly name = 'CacheStoreError';
  readonly code = 'ACTIVITY_CACHE_STORE';
}
