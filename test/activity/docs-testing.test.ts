import { MockActivityEnvironment } from '@temporalio/testing';
import { cached, CachePlugin } from 'temporal-activity-cache';
import { mockActivityInterceptors } from 'temporal-activity-cache/testing';

test('the second call is a hit: the body runs once', async () => {
  let runs = 0;
  const square = cached('auto', async (x: number) => {
    runs++;
    return x * x;
  });
  const interceptors = mockActivityInterceptors(new CachePlugin({ store: 'memory:' }), { square });
  const env = new MockActivityEnvironment({ activityType: 'square' }, { interceptors });

  expect(await env.run(square, 7)).toBe(49);
  expect(await env.run(square, 7)).toBe(49);
  expect(runs).toBe(1);
});

test('called directly, the function is not cached', async () => {
  let runs = 0;
  const square = cached('auto', async (x: number) => {
    runs++;
    return x * x;
  });

  await square(7);
  await square(7);
  expect(runs).toBe(2);
});
