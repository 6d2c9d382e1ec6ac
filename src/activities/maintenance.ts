/** Activities that keep a cache in order, for a Worker to run on a schedule. */
import { Context } from '@temporalio/activity';
import type { CachePlugin } from '../plugin';
import type { Size } from '../store/store';

export interface MaintenanceActivities {
  /**
   * Runs `CachePlugin.prune`. Heartbeats after each batch, and ends between two batches when it is cancelled: give it a `heartbeatTimeout`,
   * and a `startToCloseTimeout` of an hour. Retried, it goes on where it was.
   * @returns what it freed
   */
  pruneActivityCache(options?: { maxBytes?: number }): Promise<Size>;
}

/**
 * ```ts
 * await Worker.create({ activities: { ...activities, ...maintenanceActivities(cache) }, plugins: [cache], … });
 * ```
 * They are never cached themselves.
 */
export function maintenanceActivities(cache: CachePlugin): MaintenanceActivities {
  return {
    async pruneActivityCache({ maxBytes } = {}) {
      const context = Context.current();
      const { cancellationSignal: signal } = context;
      const freed = await cache.prune({ maxBytes, signal, onProgress: (size) => context.heartbeat(size) });
      signal.throwIfAborted();
      return freed;
    },
  };
}
