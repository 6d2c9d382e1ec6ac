import { CachePlugin, MemoryStore } from 'temporal-activity-cache';

const DAY = 24 * 3_600_000;
const OF_WORKERS = ['worker/1', 'lease/1', 'live/ns/scope/q/1', 'ended/ns/scope/q/1', 'build/1', 'uses/1'];

test('pruning forgets what Workers have left that were killed a week ago, and nothing else', async () => {
  let now = 0;
  const store = new MemoryStore(() => now);
  const cache = new CachePlugin({ store });
  const names = async () => (await store.notes('')).map(({ name }) => name).sort();
  for (const name of [...OF_WORKERS, 'identity', 'other/1']) await store.note(name, 'text');
  now += 6 * DAY;
  for (const name of OF_WORKERS) await store.note(`${name}-younger`, 'text');
  await cache.prune();
  expect(await names()).toHaveLength(2 * OF_WORKERS.length + 2);
  now += 2 * DAY;
  await cache.prune({ onlyInvalidated: true });
  expect(await names()).toHaveLength(2 * OF_WORKERS.length + 2);
  await cache.prune();
  expect(await names()).toEqual(
    [...OF_WORKERS.map((name) => `${name}-younger`), 'identity', 'other/1'].sort(),
  );
});
