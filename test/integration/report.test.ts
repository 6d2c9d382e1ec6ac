/** What the report reads from histories of every kind. */
import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { cached, cachedAll, CachePlugin, cacheReport } from 'temporal-activity-cache';
import { EncryptionCodec } from '../helpers/encryption-codec';
import { withWorker } from '../helpers/temporal';

const memory = () => [new CachePlugin({ store: 'memory:' })];

test('rows tell status, why, key, version, origin, age and what was saved; totals sum them up', async () => {
  const { stop, clock } = slowly();
  const activities = {
    ...cachedAll('auto', {
      slow: async (x: number) => (await clock(60), x),
      report: cached('disable', async () => 'r'),
    }),
    plain: async () => 'no row',
  };
  await withWorker({ activities, plugins: memory() }, async ({ start }) => {
    const steps = [{ type: 'slow', args: [1] }, { type: 'plain' }, { type: 'report' }];
    const first = await start('sequence', steps);
    await first.result();
    const second = await start('sequence', steps);
    await second.result();

    const [stored, disabled, ...none] = (await cacheReport(first)).rows;
    expect(none).toEqual([]);
    expect(stored).toEqual({
      activityType: 'slow',
      activityId: '1',
      status: 'stored',
      why: 'new',
      key: expect.stringMatching(/^[0-9a-f]{64}$/),
      version: expect.stringMatching(/^[0-9a-f]{32}$/),
      durationMs: expect.any(Number),
    });
    expect(disabled).toMatchObject({ activityType: 'report', status: 'bypassed', reason: 'disabled' });

    const { rows, totals } = await cacheReport(second);
    const { runId } = await first.describe();
    expect(rows[0]).toEqual({
      activityType: 'slow',
      activityId: '1',
      status: 'hit',
      key: stored!.key,
      version: stored!.version,
      origin: { workflowId: first.workflowId, runId, activityId: '1' },
      ageMs: expect.any(Number),
      durationMs: stored!.durationMs,
      savedMs: stored!.durationMs,
    });
    expect(totals).toEqual({
      calls: 2, hit: 1, joined: 0, stored: 0, unstored: 0, bypassed: 1, unknown: 0, hitRate: 1, savedMs: stored!.durationMs,
    }); // prettier-ignore
  });
  stop();
});

/** Bodies that take a while, without a fixed sleep in the test itself. */
function slowly() {
  const timers = new Set<NodeJS.Timeout>();
  return {
    clock: (ms: number) => new Promise<void>((done) => timers.add(setTimeout(done, ms))),
    stop: () => timers.forEach((timer) => clearTimeout(timer)),
  };
}

test('a running, a failed, a terminated and a continued run are reported by what completed in them', async () => {
  const activities = {
    f: cached('auto', async (x: number) => x),
    fail: async () => {
      throw new Error('as it must');
    },
  };
  await withWorker({ activities, plugins: memory() }, async ({ start, client, taskQueue }) => {
    const failed = await start('sequence', [{ type: 'f', args: [1] }, { type: 'fail' }]);
    await failed.result().catch(() => undefined);
    expect((await cacheReport(failed)).rows).toMatchObject([{ status: 'stored' }]);

    const waiting = await start('thenWait', [{ type: 'f', args: [1] }]);
    while ((await cacheReport(waiting)).rows.length === 0) await waiting.describe();
    expect((await cacheReport(waiting)).rows).toMatchObject([{ status: 'hit' }]);
    await waiting.terminate();
    expect((await cacheReport(waiting)).rows).toMatchObject([{ status: 'hit' }]);

    const workflowId = `continued-${randomUUID()}`;
    const continued = await client.workflow.start('continuing', { taskQueue, workflowId, args: [13, 11] });
    const firstRun = client.workflow.getHandle(workflowId, continued.firstExecutionRunId);
    await continued.result();
    expect((await cacheReport(client.workflow.getHandle(workflowId))).rows).toMatchObject([
      { activityType: 'f', status: 'stored' },
    ]);
    expect((await cacheReport(firstRun)).rows).toMatchObject([{ status: 'stored' }]);
    const keys = [await cacheReport(firstRun), await cacheReport(client.workflow.getHandle(workflowId))].map(
      ({ rows }) => rows[0]!.key,
    );
    expect(keys[0]).not.toBe(keys[1]);
  });
});

test('what is no handle is refused', async () => {
  await expect(cacheReport('workflow-id' as never)).rejects.toMatchObject({ code: 'ACTIVITY_CACHE_OPTIONS' });
});

test('a long history, and one with large results, are read page by page, over either kind of connection', async () => {
  const activities = cachedAll('auto', {
    f: async (x: number) => x,
    large: async (i: number) => Buffer.alloc(1_500_000, i),
  });
  await withWorker({ activities, plugins: memory() }, async ({ start, connection }) => {
    const long = await start(
      'parallel',
      Array.from({ length: 200 }, (_, i) => ({ type: 'f', args: [i % 100] })),
    );
    await long.result();
    expect((await cacheReport(long)).totals).toMatchObject({ calls: 200 });

    const wide = await start(
      'lengthsOf',
      Array.from({ length: 12 }, (_, i) => ({ type: 'large', args: [i % 6] })),
    );
    await wide.result();
    expect((await cacheReport(wide)).totals).toMatchObject({ calls: 12, hit: 6, stored: 6 });
    const native = new Client({ connection }).workflow.getHandle(wide.workflowId);
    expect((await cacheReport(native)).totals).toMatchObject({ calls: 12, hit: 6, stored: 6 });
  });
});

test('with a codec, the report reads through the codec of the client', async () => {
  const dataConverter = { payloadCodecs: [new EncryptionCodec()] };
  const f = cached('auto', async (x: number) => x);
  await withWorker({ activities: { f }, dataConverter, plugins: memory() }, async ({ start, client }) => {
    const handle = await start('sequence', [{ type: 'f', args: [1] }, { type: 'f', args: [1], local: true }]); // prettier-ignore
    await handle.result();
    expect((await cacheReport(handle)).rows).toMatchObject([{ status: 'stored' }, { status: 'hit' }]);
    const blind = new Client({ connection: client.connection }).workflow.getHandle(handle.workflowId);
    expect((await cacheReport(blind)).rows).toEqual([]);
  });
});
