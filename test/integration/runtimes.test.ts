/** A plugin object may outlive the Runtime of its first Worker. */
import { DefaultLogger, MetricsBuffer, Runtime } from '@temporalio/worker';
import { cached, CachePlugin } from 'temporal-activity-cache';
import { withWorker } from '../helpers/temporal';

test('each Runtime is told the metrics of its own Workers, after another was shut down', async () => {
  const plugins = [new CachePlugin({ store: 'memory:' })];
  const f = cached('auto', async (x: number) => x);
  const told: string[][] = [];
  for (let i = 0; i < 2; i++) {
    const buffer = new MetricsBuffer({ maxBufferSize: 10_000 });
    Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { metrics: { buffer } } });
    await withWorker({ activities: { f }, plugins }, ({ run }) =>
      run('sequence', [{ type: 'f', args: [1] }]),
    );
    const updates = [...buffer.retrieveUpdates()];
    const requests = updates.filter(({ metric }) => metric.name === 'activity_cache_requests');
    told.push(requests.map(({ attributes }) => String(attributes.status)));
    await Runtime.instance().shutdown();
  }
  expect(told).toEqual([['stored'], ['hit']]);
});
