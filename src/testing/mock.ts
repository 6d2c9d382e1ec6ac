import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { CachePlugin } from '../plugin';

/** Of the calls in a `MockActivityEnvironment`: so that the plugin's `entries` and `invalidate` mean them. */
const NAMESPACE = 'test';

/**
 * The interceptors that `plugin` gives a Worker with these `activities`, for Temporal's `MockActivityEnvironment`: so a unit test
 * sees an Activity cached as a Worker would, without a server.
 *
 * ```ts
 * const plugin = new CachePlugin({ store: 'memory:' });
 * const interceptors = mockActivityInterceptors(plugin, { square });
 * const environment = new MockActivityEnvironment({ activityType: 'square' }, { interceptors });
 * await environment.run(square, 7); // runs the body
 * await environment.run(square, 7); // a hit
 * ```
 *
 * The `activityType` says whose policy holds: without it nothing is cached. Results come as plain values, without the label
 * that reports are read from. An environment that was cancelled stays so: give each test one of its own.
 *
 * @param activities - by type, as the Worker would get them
 * @throws `CacheOptionsError` as `Worker.create` would, where a policy cannot hold for its Activity
 */
export function mockActivityInterceptors(
  plugin: CachePlugin,
  activities: object,
): ActivityInterceptorsFactory[] {
  const { interceptors } = plugin.configureWorker({ taskQueue: 'mock', namespace: NAMESPACE, activities });
  return interceptors?.activity ?? [];
}
