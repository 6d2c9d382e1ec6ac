/** Activities that keep a cache in order, for a Worker to run on a schedule. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { CacheOptionsError, CacheReadOnlyError } from '../errors';
import { cached } from '../policy/cached';
import type { Size } from '../store/store';
import type { PruneOptions } from '../upkeep/upkeep';

/** What `CachePlugin.prune` takes, as far as it can travel. */
export type MaintenanceOptions = Pick<PruneOptions, 'maxBytes' | 'onlyInvalidated'>;

/** The Activities that {@link maintenanceActivities} makes. */
export interface MaintenanceActivities {
  /**
   * Runs `CachePlugin.prune`. Heartbeats after each batch, and ends between two batches when it is cancelled: give it a `heartbeatTimeout`,
   * and a `startToCloseTimeout` of an hour. Retried, it goes on where it was. A slip in `options` fails it for good.
   * @returns what this attempt freed
   */
  pruneActivityCache(options?: MaintenanceOptions): Promise<Size>;
}

/**
 * Makes Activities that keep the cache in order, for a schedule to run.
 *
 * @example
 * ```ts
 * await Worker.create({ activities: { ...activities, ...maintenanceActivities(cache) }, plugins: [cache], … });
 * ```
 * They are never cached themselves, not even in a group of `cachedAll`.
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
