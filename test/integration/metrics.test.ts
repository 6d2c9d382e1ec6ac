/** What the SDK's metric meter is told. */
import { DefaultLogger, MetricsBuffer, Runtime } from '@temporalio/worker';
import { cached, CachePlugin, MemoryStore } from 'temporal-activity-cache';
import { FaultyStore, rejects } from '../helpers/faulty-store';
import { withWorker } from '../helpers/temporal';

const buffer = new MetricsBuffer({ maxBufferSize: 100_000 });
const log: { level: string; message: string; meta?: Record<string, unknown> }[] = [];

beforeAll(() => {
  const logger = new DefaultLogger('INFO', ({ level, message, meta }) => log.push({ level, message, meta }));
  Runtime.install({ logger, telemetryOptions: { metrics: { buffer } } });
});

test('requests by type and status, look-ups, store errors and saved time are counted; keys are never tags', async () => {
  const store = new FaultyStore(new MemoryStore());
  const f = cached('auto', async (x: number) => {
    await new Promise((done) => setTimeout(done, 20)); // time to be saved
    if (x === 3) store.fail(rejects, 'put');
    return x;
  });
  const report = cached('disable', async () => 'r');
  await withWorker({ activities: { f, report }, plugins: [new CachePlugin({ store })] }, async ({ run }) => {
    await run(
      'sequence',
      [1, 1, 2, 1, 3].map((x) => ({ type: 'f', args: [x] })).concat({ type: 'report', args: [] }),
    );
  });

  const updates = [...buffer.retrieveUpdates()].filter(({ metric }) =>
    metric.name.startsWith('activity_cache_'),
  );
  const sum = (name: string, attributes: Record<string, string>) =>
    updates
      .filter((update) => update.metric.name === name)
      .filter((update) =>
        Object.entries(attributes).every(([key, value]) => update.attributes[key] === value),
      )
      .reduce((total, { value }) => total + value, 0);
  const requests = (status: string, type = 'f') =>
    sum('activity_cache_requests', { activity_type: type, status });

  expect([requests('stored'), requests('hit'), requests('unstored'), requests('bypassed', 'report')]).toEqual(
    [2, 2, 1, 1],
  );
  const ran = (why: string) => sum('activity_cache_requests', { activity_type: 'f', why });
  expect([ran('new'), ran('')]).toEqual([3, 2]);
  expect(updates.filter(({ metric }) => metric.name === 'activity_cache_lookup_latency')).toHaveLength(5);
  expect(sum('activity_cache_store_errors', { operation: 'put' })).toBe(1);
  expect(sum('activity_cache_saved_milliseconds', { activity_type: 'f' })).toBeGreaterThanOrEqual(2 * 19);
  const tags = new Set(updates.flatMap(({ attributes }) => Object.keys(attributes)));
  expect(
    [...tags].filter((tag) => !['activity_type', 'status', 'why', 'operation', 'service_name'].includes(tag)),
  ).toEqual([]);
});

test('the Worker says at its start where the cache lives and what is cached', () => {
  const line = log.find(({ level, message }) => level === 'INFO' && message.startsWith('activity cache: '));
  expect(line).toMatchObject({
    level: 'INFO',
    message: 'activity cache: faulty memory:',
    meta: { types: ['f', 'report'], versions: { f: 'reachableCode', report: 'reachableCode' }, uncached: [] },
  });
});
