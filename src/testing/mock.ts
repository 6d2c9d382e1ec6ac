import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { CachePlugin } from '../plugin';

/** The namespace of calls in a `MockActivityEnvironment`. `entries` and `invalidate` use it too. */
const NAMESPACE = 'test';

/**
 * The interceptors that `plugin` gives a Worker with these `activities`, for Temporal's
 * `MockActivityEnvironment`. With them, a unit test sees an Activity cached as on a Worker, without
 * a server.
 *
 * ```ts
 * const plugin = new CachePlugin({ store: 'memory:' });
 * const interceptors = mockActivityInterceptors(plugin, { square });
 * const environment = new MockActivityEnvironment({ activityType: 'square' }, { interceptors });
 * await environment.run(square, 7); // runs the body
 * await environment.run(square, 7); // a hit
 * ```
 *
 *
 * The `activityType` selects the policy. Without it nothing is cached. Results are plain values,
 * without the label that reports are read from. A cancelled environment stays cancelled, so give
 * each test its own environment.
 *
 * @param activities - by type, as the Worker would get them
 * @throws `CacheOptionsError` as `Worker.create` would, if a policy is not valid for its Activity
 */
export function mockActivityInterceptors(
  plugin: CachePlugin,
  activities: object,
): ActivityInterceptorsFactory[] {
  const { interceptors } = plugin.configureWorker({ taskQueue: 'mock', namespace: NAMESPACE, activities });
  return interceptors?.activity ?? [];
}
