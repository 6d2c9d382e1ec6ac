/** The timeline and the page of real runs: waits of both kinds, retries, children, and calls that are open. */
import type { WorkflowHandle } from '@temporalio/client';
import { tsToMs } from '@temporalio/common';
import { cached, cacheReport } from 'temporal-activity-cache';
import { type RunTimeline, type Span, timelineOf } from '../../src/report/timeline';
import { run } from '../helpers/cli/run';
import { deferred } from '../helpers/deferred';
import { withLookups } from '../helpers/lookups';
import { shared } from '../helpers/shared';
import type { Around } from '../helpers/temporal';
import { until } from '../helpers/until';
import { wholeScenes } from '../helpers/whole-scene';

let gate = deferred();
let failures = 0;
const activities = {
  gated: cached({ serialize: true }, async (x: number) => (await gate.promise, x)),
  quick: cached('auto', async (x: number) => x),
  plain: async () => 'plain',
  flaky: async () => {
    if (failures++ === 0) throw new Error('not at once');
    return 'ok';
  },
  broken: async () => {
    throw new Error('as it must');
  },
};

const around = shared<Around>((body) => withLookups(activities, body));

const pageOf = async ({ workflowId }: WorkflowHandle, { client }: Around) => {
  const connect = async () => ({ client, address: 'localhost', close: async () => {} });
  return (await run(`report '${workflowId}' --html -`, { connect })).out;
};

/** A call with what became of it. */
const seen = ({ report }: RunTimeline, { kind, activityType, row, end, attempt }: Span) => ({
  call: `${kind} ${activityType}`,
  status: row === undefined ? undefined : report.rows[row]!.status,
  end,
  attempt,
});

const gated = (x: number) => ({
  type: 'gated',
  args: [x],
  options: { cache: true, startToCloseTimeout: '5 minutes' as const },
});

test('a Workflow that waits for another one, while it waits and afterwards', async () => {
  const { start, ...rest } = around();
  const [holder, waiting] = [await start('sequence', [gated(1)]), await start('sequence', [gated(1)])];
  const open = async (handle: WorkflowHandle) => (await timelineOf(handle)).spans;
  await until(async () =>
    (await Promise.all([open(holder), open(waiting)])).every(({ length }) => length > 0),
  );
  const handles = [holder, waiting];
  const spans = (await Promise.all(handles.map(open))).map(([span]) => span!);
  const late = handles[spans.findIndex(({ waits }) => waits.length > 0)]!; // either may have come first
  const early = handles.find((handle) => handle !== late)!;
  const { runId } = await early.describe();
  const holderId = `${early.workflowId}/${runId}/1`;
  const [during] = (await timelineOf(late)).spans;
  expect(during).toMatchObject({ kind: 'look-up', activityType: 'gated', activityId: '1' });
  expect(during).toMatchObject({ waits: [{ holder: holderId, fromMs: during!.scheduledMs }] });
  expect(during!.waits[0]!.toMs).toBeUndefined();
  expect(await pageOf(late, { start, ...rest })).toMatch(/⋯ waiting.*has waited .*, call <bdi>1<\/bdi>/s);
  expect(await pageOf(early, { start, ...rest })).toContain('▸ running');

  gate.resolve();
  await Promise.all(handles.map((handle) => handle.result()));
  gate = deferred();
  const after = await timelineOf(late);
  expect(after.spans.map((span) => seen(after, span))).toEqual([
    { call: 'look-up gated', status: 'joined', end: 'completed', attempt: undefined },
  ]);
  const [{ waits, endedMs }] = after.spans as [Span];
  expect(waits).toEqual([{ holder: holderId, fromMs: during!.waits[0]!.fromMs, toMs: endedMs }]);
  expect(await pageOf(late, { start, ...rest })).toMatch(
    /⇄ joined.*waited .* for <a href="http:\/\/localhost:8233/s,
  );
});

test('a call that waits in its slot waited for the execution whose result it took', async () => {
  const withoutLookup = { ...gated(2), options: { startToCloseTimeout: '5 minutes' as const } };
  const { start } = around();
  const handles = [await start('sequence', [withoutLookup]), await start('sequence', [withoutLookup])];
  const isRunning = async (handle: WorkflowHandle) =>
    (await handle.describe()).raw.pendingActivities?.[0]?.lastStartedTime != null;
  await until(async () => (await Promise.all(handles.map(isRunning))).every(Boolean));
  expect((await timelineOf(handles[0]!)).spans[0]).toMatchObject({
    attempt: 1,
    startedMs: expect.any(Number),
  });
  gate.resolve();
  await Promise.all(handles.map((handle) => handle.result()));
  gate = deferred();
  const timelines = await Promise.all(handles.map(timelineOf));
  const joined = timelines.filter(({ report }) => report.totals.joined === 1);
  if (joined.length === 0) return expect(timelines.map(({ report }) => report.totals.hit)).toContain(1); // too late
  const [{ spans, report }] = joined as [RunTimeline];
  const { workflowId, runId, activityId } = report.rows[0]!.origin!;
  const holder = `${workflowId}/${runId}/${activityId}`;
  const { startedMs, endedMs } = spans[0]!;
  expect(spans[0]!.waits).toEqual([{ holder, fromMs: startedMs, toMs: endedMs }]);
});

test('Activities with and without a policy, retries, failures, local ones and children are all there', async () => {
  const { start } = around();
  const handle = await start('sequence', [
    { type: 'quick', args: [3], options: { cache: true } },
    { type: 'quick', args: [3], options: { cache: true } },
    { type: 'quick', args: [3] },
    { type: 'quick', args: [3], local: true },
    { type: 'plain' },
    { type: 'flaky', options: { retry: { initialInterval: 1 } } },
    { type: 'broken' },
  ]);
  await handle.result().catch(() => undefined);
  const timeline = await timelineOf(handle);
  expect(timeline.report).toEqual(await cacheReport(handle));
  expect(timeline).toMatchObject({ status: 'FAILED', workflowType: 'sequence' });
  expect(timeline.spans.map((span) => seen(timeline, span))).toMatchObject([
    { call: 'Activity quick', status: 'stored', end: 'completed', attempt: 1 },
    { call: 'look-up quick', status: 'hit', end: 'completed' },
    { call: 'Activity quick', status: 'hit', end: 'completed', attempt: 1 },
    { call: 'local Activity quick', status: 'hit', end: 'completed', attempt: 1 },
    { call: 'Activity plain', status: undefined, end: 'completed' },
    { call: 'Activity flaky', status: undefined, end: 'completed', attempt: 2 },
    { call: 'Activity broken', status: undefined, end: 'failed' },
  ]);
  expect(timeline.spans[5]!.failure).toBe('not at once');
  expect(timeline.spans[6]!.failure).toBe('as it must');

  const { startedMs, endedMs, spans } = timeline;
  for (const span of spans) {
    expect(span.scheduledMs).toBeGreaterThanOrEqual(startedMs - 1);
    expect(span.endedMs!).toBeGreaterThanOrEqual(span.scheduledMs);
    expect(span.endedMs!).toBeLessThanOrEqual(endedMs! + 1);
  }
  const { events = [] } = await handle.fetchHistory();
  const [scheduled] = events!.filter((event) => event.activityTaskScheduledEventAttributes);
  const [completed] = events!.filter((event) => event.activityTaskCompletedEventAttributes);
  expect(spans[0]).toMatchObject({
    scheduledMs: tsToMs(scheduled!.eventTime),
    endedMs: tsToMs(completed!.eventTime),
  });

  const parent = await start('inChild', [{ type: 'plain' }]);
  await parent.result();
  const [child] = (await timelineOf(parent)).spans;
  expect(child).toMatchObject({ kind: 'child Workflow', activityType: 'sequence', end: 'completed' });
  expect(await pageOf(parent, around())).toContain(
    `/${child!.runId}/history"><bdi>${child!.activityId}</bdi>`,
  );
});

const whole = wholeScenes(require.resolve('../helpers/whole-workflows'));

test('the row of a Workflow that is cached as a whole lasts as long as its run', () =>
  whole({ f: async (x: unknown) => x }, async ({ begin }) => {
    const handle = await begin('whole', [3]);
    await handle.result();
    const timeline = await timelineOf(handle);
    const stored = timeline.spans.find(({ kind }) => kind === 'Workflow')!;
    expect(seen(timeline, stored)).toMatchObject({ status: 'stored', end: 'completed' });
    expect(stored.scheduledMs).toBe(timeline.startedMs);
    expect(Math.abs(timeline.endedMs! - stored.endedMs!)).toBeLessThan(5_000);
  }));
