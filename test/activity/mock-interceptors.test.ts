import { MockActivityEnvironment } from '@temporalio/testing';
import { cached, cacheContext, CacheOptionsError, CachePlugin } from 'temporal-activity-cache';
import { mockActivityInterceptors } from 'temporal-activity-cache/testing';

/** Activities whose bodies count their runs, and a call as the docstring of the helper makes it. */
function setUp() {
  const runs: string[] = [];
  const activities = {
    square: cached('auto', async (x: number) => {
      runs.push(`square ${x} ${cacheContext()?.why}`);
      return x * x;
    }),
    plain: async (x: number) => {
      runs.push(`plain ${x} ${cacheContext()?.why}`);
      return x;
    },
  };
  const plugin = new CachePlugin({ store: 'memory:' });
  const interceptors = mockActivityInterceptors(plugin, activities);
  const environment = (activityType: string) =>
    new MockActivityEnvironment({ activityType }, { interceptors });
  return { runs, activities, plugin, interceptors, environment };
}

test('an Activity in a mock environment runs once for equal arguments, and its hit is the plain value', async () => {
  const { runs, activities, environment } = setUp();
  const square = environment('square');
  expect(await square.run(activities.square, 7)).toBe(49);
  expect(await square.run(activities.square, 7)).toBe(49);
  expect(await environment('square').run(activities.square, 8)).toBe(64);
  expect(runs).toEqual(['square 7 new', 'square 8 new']);
});

test('what is not cached, and what has no type, runs each time', async () => {
  const { runs, activities, environment, interceptors } = setUp();
  await environment('plain').run(activities.plain, 1);
  await environment('plain').run(activities.plain, 1);
  const typeless = new MockActivityEnvironment({}, { interceptors });
  await typeless.run(activities.square, 1);
  await typeless.run(activities.square, 1);
  expect(runs).toEqual([
    'plain 1 undefined',
    'plain 1 undefined',
    'square 1 undefined',
    'square 1 undefined',
  ]);
});

test('interceptors made twice of one plugin share its store', async () => {
  const { runs, activities, plugin, environment } = setUp();
  await environment('square').run(activities.square, 7);
  const interceptors = mockActivityInterceptors(plugin, activities);
  await new MockActivityEnvironment({ activityType: 'square' }, { interceptors }).run(activities.square, 7);
  expect(runs).toEqual(['square 7 new']);
});

test('a policy that cannot hold throws while the interceptors are made', () => {
  const square = async (x: number) => x * x;
  const plugin = new CachePlugin({ store: 'memory:', activities: { square: { ignoredInputs: 'y' } } });
  expect(() => mockActivityInterceptors(plugin, { square })).toThrow(CacheOptionsError);
});
