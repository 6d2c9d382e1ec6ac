/** What the spans of the SDK's OpenTelemetry plugin say about the cache, in either order of plugins. */
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { CompleteAsyncError } from '@temporalio/activity';
import type { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry';
import { cached, cacheContext, CachePlugin, cacheReport } from 'temporal-activity-cache';
import { startTracing } from '../../examples/own-activity/tracing';
import { RESOLVE, RESOLVE_ALL, STORE } from '../../src/wire/names';
import { waitingIn } from '../helpers/serialized';
import { type Around, bundle, withWorker } from '../helpers/temporal';
import { until } from '../helpers/until';

const exporter = new InMemorySpanExporter();
const tracing = startTracing(new SimpleSpanProcessor(exporter));
beforeEach(() => exporter.reset());

const attributesOf = ({ attributes }: ReadableSpan) =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => /^(activity_)?cache\./.test(name)));
const traced = (type: string) =>
  exporter
    .getFinishedSpans()
    .filter(({ name }) => name === `RunActivity:${type}`)
    .map(attributesOf);

type Activities = Record<string, (...args: any[]) => unknown>;

/** A Worker with both plugins, as Workflows and Activities see them. */
type Traced = (
  activities: Activities,
  test: (around: Around & { cache: CachePlugin }) => Promise<void>,
) => Promise<void>;

const inOrder =
  (order: (cache: CachePlugin) => (CachePlugin | OpenTelemetryPlugin)[]): Traced =>
  async (activities, test) => {
    const cache = new CachePlugin({ store: 'memory:' });
    const plugins = order(cache);
    const workflowBundle = await bundle({ plugins });
    const setup = { activities, workflowBundle, plugins, client: { plugins: [cache] } };
    await withWorker(setup, (around) => test({ ...around, cache }));
  };

const ORDERS: [string, Traced][] = [
  ['before', inOrder((cache) => [tracing, cache])],
  ['after', inOrder((cache) => [cache, tracing])],
];

describe.each(ORDERS)('the OpenTelemetry plugin %s the cache', (_order, withTracing) => {
  test('each span of a cached Activity says whether it was a hit, and what it saved; others say nothing', async () => {
    const f = cached('auto', async (x: number) => {
      if (x === 3) cacheContext()!.skip('not this one');
      return 'x'.repeat(x);
    });
    const report = cached('disable', async () => 'r');
    const plain = async () => 'p';
    await withTracing({ f, report, plain }, async ({ start }) => {
      const calls = [1, 1, 3].map((x) => ({ type: 'f', args: [x] }));
      const local = { type: 'f', args: [1], local: true };
      const steps = [...calls, local, { type: 'report' }, { type: 'plain' }];
      const handle = await start('sequence', steps);
      await handle.result();
      const [ran, hit] = (await cacheReport(handle)).rows;
      const key = ran!.key.slice(0, 12);
      const [stored, served, unstored, locally] = traced('f');
      expect(stored).toEqual({
        'cache.hit': false,
        'cache.key': key,
        'cache.item_size': 3,
        'activity_cache.status': 'stored',
        'activity_cache.why': 'new',
      });
      expect(served).toEqual({
        'cache.hit': true,
        'cache.key': key,
        'cache.item_size': 3,
        'activity_cache.status': 'hit',
        'activity_cache.saved_ms': Math.round(hit!.savedMs!),
      });
      expect(locally).toEqual(served);
      expect(unstored).toEqual({
        'cache.hit': false,
        'cache.key': expect.stringMatching(/^[0-9a-f]{12}$/),
        'activity_cache.status': 'unstored',
        'activity_cache.why': 'new',
        'activity_cache.reason': 'skipped',
      });
      expect(traced('report')).toEqual([
        { 'cache.hit': false, 'activity_cache.status': 'bypassed', 'activity_cache.reason': 'disabled' },
      ]);
      expect(traced('plain')).toEqual([{}]);
    });
  });

  test('the call that waited says that it joined', async () => {
    let ready: (() => Promise<boolean>) | undefined;
    const f = cached({ serialize: true }, async () => {
      await until(() => ready!());
      return 'value';
    });
    await withTracing({ f }, async ({ client, cache, run }) => {
      ready = async () => (await waitingIn(client, cache, cacheContext()!.key)) === 1;
      await run('parallel', [{ type: 'f' }, { type: 'f' }]);
    });
    const spans = traced('f');
    expect(spans.map((span) => span['activity_cache.status']).sort()).toEqual(['joined', 'stored']);
    expect(spans.map((span) => span['cache.hit'])).toContain(true);
  });

  test('a call that fails is no hit, and nothing else is said of it; each attempt has a span of its own', async () => {
    let attempts = 0;
    const f = cached('auto', async () => {
      if (++attempts === 1) throw new Error('failed');
      return 'value';
    });
    await withTracing({ f }, async ({ run }) => {
      await run('sequence', [{ type: 'f', options: { retry: { initialInterval: 1 } } }]);
    });
    expect(traced('f')).toEqual([
      { 'cache.hit': false },
      expect.objectContaining({ 'cache.hit': false, 'activity_cache.status': 'stored' }),
    ]);
  });

  test('an Activity that completes asynchronously is bypassed', async () => {
    const f = cached('auto', async () => {
      throw new CompleteAsyncError();
    });
    await withTracing({ f }, async ({ start }) => {
      const handle = await start('sequence', [{ type: 'f' }]);
      await until(() => traced('f').length === 1);
      await handle.terminate();
    });
    expect(traced('f')).toEqual([
      { 'cache.hit': false, 'activity_cache.status': 'bypassed', 'activity_cache.reason': 'async' },
    ]);
  });

  test('a look-up in a Workflow has the span of its local Activity, and several at once have sums; both are in the trace of the Workflow', async () => {
    const f = cached('auto', async (x: number) => 'x'.repeat(x));
    const call = (x: number) => ({ type: 'f', args: [x], options: { cache: true } });
    await withTracing({ f }, async ({ run }) => {
      await run('sequence', [call(1), call(1)]);
      await run('parallel', [call(1), call(1), call(2)]);
    });
    const runs = exporter.getFinishedSpans().filter(({ name }) => name.startsWith('RunWorkflow:'));
    const traceOf = (span: ReadableSpan) => span.spanContext().traceId;
    expect(runs).toHaveLength(2);
    expect(new Set(exporter.getFinishedSpans().map(traceOf))).toEqual(new Set(runs.map(traceOf)));
    const [missed, hit] = traced(RESOLVE);
    expect(missed).toEqual({ 'cache.hit': false });
    expect(hit).toMatchObject({
      'cache.hit': true,
      'cache.key': expect.stringMatching(/^[0-9a-f]{12}$/),
      'cache.item_size': 3,
      'activity_cache.status': 'hit',
      'activity_cache.saved_ms': expect.any(Number),
    });
    expect(traced(RESOLVE_ALL)).toEqual([
      {
        'cache.hit': false,
        'cache.item_size': 6,
        'activity_cache.calls': 3,
        'activity_cache.hits': 2,
        'activity_cache.saved_ms': expect.any(Number),
      },
    ]);
    expect(traced('f')).toHaveLength(2);
  });

  test('a whole Workflow has its outcome on the span that stores it, and then on that of its look-up', async () => {
    await withTracing({}, async ({ client, taskQueue }) => {
      const run = (workflowId: string) =>
        client.workflow.execute('sequence', { taskQueue, workflowId, args: [[]], cache: { version: '1' } });
      await run(`whole-${taskQueue}-1`);
      await run(`whole-${taskQueue}-2`);
    });
    const outcome = (status: string) => expect.objectContaining({ 'activity_cache.status': status });
    expect(traced(RESOLVE)).toEqual([{ 'cache.hit': false }, outcome('hit')]);
    expect(traced(STORE)).toEqual([outcome('stored')]);
  });

  test('no attribute has a value or an argument', async () => {
    const f = cached('auto', async (secret: string) => `${secret} answered`);
    const call = { type: 'f', args: ['sesame'] };
    await withTracing({ f }, async ({ run }) => {
      await run('sequence', [call, call, { ...call, options: { cache: true } }]);
    });
    const attributes = exporter.getFinishedSpans().map(attributesOf);
    expect(attributes.filter((one) => 'cache.hit' in one)).toHaveLength(3);
    expect(JSON.stringify(attributes)).not.toContain('sesame');
  });
});
