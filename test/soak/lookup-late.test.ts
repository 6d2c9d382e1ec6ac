/** What a run decides after a query has cut off the Workflow Task of a local Activity's end: a replay has that end in the task before. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { cached, CachePlugin } from 'temporal-activity-cache';
import { ASKED } from '../helpers/beside-local-workflows';
import { deferred } from '../helpers/deferred';
import { countOf, eventsOf } from '../helpers/lookups';
import { parked } from '../helpers/parked';
import { bundleWithPlugin, withWorker } from '../helpers/temporal';
import { until } from '../helpers/until';

const bundled = bundleWithPlugin(require.resolve('../helpers/beside-local-workflows'));

/** How long a local Activity's end is on its way to the SDK, and a little more. */
const WELL_AFTER_MS = 300;

test.each([
  ['during the query', 'when the call runs', false],
  ['during the query', 'soon', false],
  ['during the query', 'soon', true],
  ['during the query', 'at once', true],
  ['after the query', 'soon', true],
  ['after the query', 'with it', true],
  ['after the query', 'with it', false],
])(
  'a call after a local Activity that ended %s, beside one that ends %s, and is a hit: %s',
  async (when, otherEnds, isHit) => {
    const plugins = [new CachePlugin({ store: 'memory:' })];
    const [begun, one, other] = [deferred(), deferred(), deferred()];
    /** Of the Worker alone: here the answer of the query goes by. */
    const codec: PayloadCodec = {
      encode: async (payloads: Payload[]) => {
        if (!payloads.some(({ data }) => String(Buffer.from(data ?? [])).includes(ASKED))) return payloads;
        if (when === 'during the query') one.resolve();
        else void sleep(WELL_AFTER_MS).then(() => one.resolve());
        if (otherEnds === 'at once') other.resolve();
        if (when === 'during the query') await sleep(WELL_AFTER_MS);
        return payloads;
      },
      decode: async (payloads) => payloads,
    };
    void one.promise.then(() => otherEnds === 'with it' && other.resolve());
    void one.promise.then(() => sleep(2 * WELL_AFTER_MS)).then(() => otherEnds === 'soon' && other.resolve());
    let isWarm = false;
    const activities = {
      f: cached({ version: '1' }, async (x: number) => {
        if (isWarm && otherEnds === 'when the call runs') other.resolve();
        return `f${x}`;
      }),
      note: async (said: string) => said,
      one: () => one.promise,
      other: async () => {
        begun.resolve();
        await other.promise;
        return 'other';
      },
    };
    const workflowBundle = await bundled;
    const setup = { workflowBundle, activities, plugins, dataConverter: { payloadCodecs: [codec] } };
    await withWorker({ ...setup, client: { dataConverter: {} } }, async ({ client, taskQueue }) => {
      const options = { taskQueue, workflowTaskTimeout: '2 seconds', workflowExecutionTimeout: '40 seconds' };
      const start = (type: string, x: number) =>
        client.workflow.start(type, { ...options, workflowId: randomUUID(), args: [x] });
      for (const x of isHit ? [1, 2] : [1]) await (await start('once', x)).result();
      isWarm = true;
      const handle = await start('late', 1);
      await begun.promise;
      expect(await handle.query('asked')).toBe(ASKED);
      expect(await handle.result()).toEqual(['f1', 'other', 'f2', 'f1']);
      expect(await countOf(handle, 'workflowTaskFailed')).toBe(0);
      await Worker.runReplayHistory({ workflowBundle, plugins }, await handle.fetchHistory());
    });
  },
);

test('a call that is woken beside a local Activity, which ends in the same Workflow Task', async () => {
  const plugins = [new CachePlugin({ store: 'memory:' })];
  const [opened, begun, one] = [deferred(), deferred(), deferred()];
  const activities = {
    f: cached({ version: '1', serialize: true }, async (x: number) => {
      await opened.promise;
      return `f${x}`;
    }),
    note: async (said: string) => said,
    one: async () => {
      begun.resolve();
      await one.promise;
      return 'one';
    },
  };
  const workflowBundle = await bundled;
  await withWorker({ workflowBundle, activities, plugins }, async ({ client, taskQueue }) => {
    const options = { taskQueue, workflowTaskTimeout: '3 seconds', workflowExecutionTimeout: '40 seconds' };
    const start = (type: string) =>
      client.workflow.start(type, { ...options, workflowId: randomUUID(), args: [1] });
    const holder = await start('once');
    await until(async () => (await countOf(holder, 'activityTaskScheduled')) > 0);
    const handle = await start('woken');
    await parked([handle]);
    await handle.signal('begin');
    await begun.promise;
    opened.resolve();
    const isWoken = async () => {
      const events = await eventsOf(handle);
      const woken = events.lastIndexOf('workflowExecutionSignaledEventAttributes');
      const begun = events.lastIndexOf('workflowTaskStartedEventAttributes');
      return events.filter((event) => event.includes('Signaled')).length > 1 && begun > woken;
    };
    await until(isWoken);
    await sleep(WELL_AFTER_MS);
    one.resolve();
    expect(await handle.result()).toEqual(['one', 'f1']);
    await Worker.runReplayHistory({ workflowBundle, plugins }, await handle.fetchHistory());
  });
});
