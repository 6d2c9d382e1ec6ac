/** What a Worker tells Prometheus, by the Runtime of docs/observing.md, is what the alerts of docs/production.md ask for. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { cached, CachePlugin, MemoryStore } from 'temporal-activity-cache';
import { installRuntime } from '../../examples/own-activity/runtime';
import { FaultyStore, rejects } from '../helpers/faulty-store';
import { withWorker } from '../helpers/temporal';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

afterEach(() => jest.restoreAllMocks());

/** `name{label="value"}` as alerts have them, without their ranges. */
const selectorsIn = (text: string): string[] => [...new Set(text.match(/activity_cache_\w+(\{[^}]*\})?/g))];

test('each series that an alert asks for is there, by its name and labels', async () => {
  const address = `127.0.0.1:${await freePort()}`;
  jest.spyOn(process.stderr, 'write').mockReturnValue(true); // the log of a Runtime that nobody told otherwise
  installRuntime(address);
  const store = new FaultyStore(new MemoryStore());
  const f = cached('auto', async (x: number) => {
    if (x === 2) store.fail(rejects, 'put');
    return x;
  });
  const read = async () => (await fetch(`http://${address}/metrics`)).text();
  const waited = cached({ serialize: true }, async () => {
    const { cancellationSignal } = Context.current();
    while (!(await read()).includes('activity_cache_waiting')) cancellationSignal.throwIfAborted();
  });
  const metrics = await withWorker(
    { activities: { f, waited }, plugins: [new CachePlugin({ store })] },
    async ({ run }) => {
      await run('parallel', [{ type: 'waited' }, { type: 'waited' }]);
      await run('sequence', [1, 1, 2].map((x) => ({ type: 'f', args: [x] }))); // prettier-ignore
      return read();
    },
  );
  const alerts = selectorsIn(readFileSync(join(__dirname, '../../examples/production/alerts.yml'), 'utf8'));
  expect(alerts.length).toBeGreaterThanOrEqual(4);
  const series = metrics.split('\n').filter((line) => line.startsWith('activity_cache_'));
  const missing = alerts.filter((alert) => {
    const [, name, labels = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(alert)!;
    return !series.some(
      (line) => line.startsWith(`${name}{`) && labels.split(',').every((label) => line.includes(label)),
    );
  });
  expect(missing).toEqual([]);
  expect(series.find((line) => line.startsWith('activity_cache_store_errors'))).toContain('operation="put"');
  expect(metrics).toMatch(/^activity_cache_waiting\{.*activity_type="waited".*\} 0$/m);
  expect(metrics).toMatch(/activity_cache_lookup_latency_bucket\{.*le="0.25"/); // the Runtime's own buckets
});
