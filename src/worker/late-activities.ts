/** Activities that a later plugin adds to a Worker, after ours has found none. */
import type { ActivityInterceptorsFactory, WorkerOptions, WorkerPlugin } from '@temporalio/worker';
import { OURS } from '../wire/questions';

/** Whether the Worker has Activities that are not the plugin's. */
export const hasOwn = ({ activities = {} }: WorkerOptions): boolean =>
  Object.entries(activities).some(([type, fn]) => typeof fn === 'function' && !OURS.includes(type));

/**
 * Handles a plugin after ours that adds a Worker's first Activities: the Worker must then take
 * Activities. The SDK calls the plugin that is appended here after all others. The list also
 * belongs to the caller, so the plugin removes itself. If it is never called, it has no effect on a
 * Worker that is created later with the same options.
 */
export function askLast(
  { plugins, enableNonLocalActivities = true }: WorkerOptions,
  ours: ActivityInterceptorsFactory,
): void {
  const last: WorkerPlugin = {
    name: 'temporal-activity-cache.CachePlugin',
    configureWorker(options) {
      if (plugins?.at(-1) === last) plugins.pop();
      const isIt = options.interceptors?.activity?.includes(ours) && hasOwn(options);
      return isIt ? { ...options, enableNonLocalActivities } : options;
    },
  };
  if (plugins !== undefined && Object.isExtensible(plugins)) plugins.push(last);
}
