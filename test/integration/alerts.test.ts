/** What a Worker exports to Prometheus is what dashboards/ asks for, by the Runtime of docs/observing.md and by others. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { Runtime } from '@temporalio/worker';
import { cached, CachePlugin, MemoryStore } from 'temporal-activity-cache';
import { installRuntime } from '../../examples/own-activity/runtime';
import { FaultyStore, rejects } from '../helpers/faulty-store';
import { asked, type Selector } from '../helpers/promql';
import { withWorker } from '../helpers/temporal';

async function freeAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return `127.0.0.1:${port}`;
}

// The log of a Runtime that nobody told otherwise.
beforeEach(() => jest.spyOn(process.stderr, 'write').mockReturnValue(true));
afterEach(async () => {
  await Runtime.instance().shutdown();
  jest.restoreAllMocks();
});

/** @returns what is exported after calls with each status, and after a failure of the store */
async function exported(address: string): Promise<string> {
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
  const report = cached('disable', async () => 'r');
  const activities = { f, waited, report };
  return withWorker({ activities, plugins: [new CachePlugin({ store })] }, async ({ run }) => {
    await run('parallel', [{ type: 'waited' }, { type: 'waited' }]);
    const calls = [1, 1, 2].map((x) => ({ type: 'f', args: [x] }));
    await run('sequence', [...calls, { type: 'report', args: [] }]);
    return read();
  });
}

interface Series {
  name: string;
  labels: Record<string, string>;
}

const seriesIn = (text: string): Series[] =>
  [...text.matchAll(/^(activity_cache_\w+)\{(.*)\} /gm)].map(([, name, labels]) => ({
    name: name!,
    labels: Object.fromEntries(
      [...labels!.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label, value]),
    ),
  }));

/** One selector for each alternative of `=~"a|b"`, because each of them must exist. */
function alternatives({ matchers, ...selector }: Selector): Selector[] {
  const all = matchers.reduce<Selector['matchers'][]>(
    (found, { value, ...matcher }) =>
      found.flatMap((one) => value.split('|').map((part) => [...one, { ...matcher, value: part }])),
    [[]],
  );
  return all.map((one) => ({ ...selector, matchers: one }));
}

const fits = ({ metric, matchers, grouped }: Selector, { name, labels }: Series): boolean =>
  name === metric &&
  grouped.every((label) => label in labels) &&
  matchers.every(({ label, op, value }) => {
    const is = new RegExp(`^(?:${value})$`).test(labels[label] ?? '');
    return label in labels && is === !op.startsWith('!');
  });

const missingFrom = (series: readonly Series[], selectors: readonly Selector[]): Selector[] =>
  selectors.flatMap(alternatives).filter((selector) => !series.some((one) => fits(selector, one)));

test('each metric, label and status that the alerts and the dashboard ask for is exported', async () => {
  const address = await freeAddress();
  installRuntime(address);
  const metrics = await exported(address);
  const series = seriesIn(metrics);
  expect(asked.length).toBeGreaterThan(20);
  expect(missingFrom(series, asked)).toEqual([]);
  const invented = { metric: 'activity_cache_requests', matchers: [], grouped: ['tenant'] };
  expect(missingFrom(series, [invented])).toEqual([invented]);
  expect(metrics).toMatch(/^activity_cache_store_errors\{.*operation="put"/m);
  expect(metrics).toMatch(/^activity_cache_waiting\{.*activity_type="waited".*\} 0$/m);
  expect(metrics).toMatch(/activity_cache_lookup_latency_bucket\{.*le="0.25"/); // the Runtime's own buckets
});

test('where the Runtime adds suffixes, the commands of docs/observing.md give the names that it exports', async () => {
  const page = readFileSync(join(__dirname, '../../docs/observing.md'), 'utf8');
  const edits = [...page.matchAll(/^sed .*'s\/(.+)\/&(.+)\/g'/gm)];
  expect(edits).toHaveLength(2);
  const edited = asked.map((selector) => ({
    ...selector,
    metric: edits.reduce(
      (name, [, old, end]) => name.replace(new RegExp(old!, 'g'), `$&${end}`),
      selector.metric,
    ),
  }));
  const bindAddress = await freeAddress();
  const prometheus = {
    bindAddress,
    countersTotalSuffix: true,
    unitSuffix: true,
    useSecondsForDurations: true,
  };
  Runtime.install({ telemetryOptions: { metrics: { prometheus } } });
  const series = seriesIn(await exported(bindAddress));
  expect(missingFrom(series, edited)).toEqual([]);
  expect(missingFrom(series, asked).length).toBeGreaterThan(0);
});
