/** Every error of this package, each with a stable `code`. The cache may fail, a task may not: few of these are ever thrown. */

/** Nearest ancestor of all errors of this package. */
export abstract class CacheError extends Error {
  abstract readonly code: string;
}

/** Thrown when options are not valid: while wrapping, while constructing the plugin, while creating a Worker; never during a call. */
export class CacheOptionsError extends CacheError {
  override readonly name = 'CacheOptionsError';
  readonly code = 'ACTIVITY_CACHE_OPTIONS';
}

/** Thrown where a process that only reads the cache (`access: 'read'`) is to change something in it. */
export class CacheReadOnlyError extends CacheError {
  override readonly name = 'CacheReadOnlyError';
  readonly code = 'ACTIVITY_CACHE_READ_ONLY';
}

/**
 * Thrown into an attempt only with `onStoreError: 'fail'`, when a look-up cannot be answered; Temporal retries it.
 * Without that option a failing store means a miss, and this error is the `cause` of a warning.
 */
export class CacheStoreError extends CacheError {
  override readonly name = 'CacheStoreError';
  readonly code = 'ACTIVITY_CACHE_STORE';
}
