/** Activities that maintain a cache, for a Worker to run on a schedule. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { CacheOptionsError, CacheReadOnlyError } from '../errors';
import { cached } from '../policy/cached';
import type { Size } from '../store/store';
import type { PruneOptions } from '../upkeep/upkeep';

/** The options of `CachePlugin.prune` that can be serialized. */
export type MaintenanceOptions = Pick<PruneOptions, 'maxBytes' | 'onlyInvalidated'>;

/** The Activities that {@link maintenanceActivities} returns. */
export interface MaintenanceActivities {
  /**
   * Runs `CachePlugin.prune`. It heartbeats after each batch, and stops between two batches when it
   * is cancelled. Set a `heartbeatTimeout`, and a `startToCloseTimeout` of an hour. A retry
   * continues where the last attempt stopped. Invalid `options` fail it without retries.
   * @returns what this attempt freed
   */
  pruneActivityCache(options?: MaintenanceOptions): Promise<Size>;
}

/**
 * Creates Activities that maintain the cache, for a schedule to run. They are never cached
 * themselves, not even in a group of `cachedAll`.
 *
 * @example
 * ```ts
 * await Worker.create({
 *   activities: { ...activities, ...maintenanceActivities(cache) }, plugins: [cache], …
 * });
 * ```
 */
export function maintenanceActivities(cache: {
  prune(options?: PruneOptions): Promise<Size>;
}): MaintenanceActivities {
  return {
    pruneActivityCache: cached('disable', async (options?: MaintenanceOptions) => {
      const context = Context.current();
      const { cancellationSignal: signal } = context;
      try {
        const onProgress = (freed: Size) => context.heartbeat(freed);
        const freed = await cache.prune({ ...options, signal, onProgress });
        signal.throwIfAborted();
        return freed;
      } catch (error) {
        if (!(error instanceof CacheOptionsError || error instanceof CacheReadOnlyError)) throw error;
        throw ApplicationFailure.create({
          message: error.message,
          type: error.name,
          nonRetryable: true,
          cause: error,
        });
      }
    }),
  };
}
