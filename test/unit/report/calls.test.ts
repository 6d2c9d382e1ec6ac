/** The calls in a history, with the times at which they were under way. */
import { defaultPayloadConverter } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import { callsOf } from '../../../src/report/calls';
import type { HistoryEvent } from '../../../src/report/history';
import type { RunCall } from '../../../src/report/run-call';

const T = Date.UTC(2026, 2, 4, 11);

/** Events, each with its time since `T` in milliseconds. Their ids are 1, 2, 3 … */
async function callsIn(...events: [ms: number, attributes: object][]): Promise<RunCall[]> {
  async function* all() {
    for (const [i, [ms, attributes]] of events.entries())
      yield { eventId: i + 1, eventTime: msToTs(T + ms), ...attributes } as unknown as HistoryEvent;
  }
  const calls: RunCall[] = [];
  for await (const call of callsOf(all())) calls.push(call);
  return calls;
}

const activity = (activityId: string) => ({
  activityTaskScheduledEventAttributes: { activityType: { name: 'train' }, activityId },
});
const started = (scheduledEventId: number, more = {}) => ({
  activityTaskStartedEventAttributes: { scheduledEventId, attempt: 1, ...more },
});
const task = { workflowTaskStartedEventAttributes: {} };

/** A local Activity that the Worker began and the Workflow's clock saw end, since `T`. */
const local = (id: string, begunMs: number, endedMs: number, failure?: object) => {
  const data = {
    activity_type: 'square',
    activity_id: id,
    attempt: 1,
    original_schedule_time: secondsOf(begunMs),
    complete_time: secondsOf(endedMs),
  };
  const payloads = [defaultPayloadConverter.toPayload(data)];
  return {
    markerRecordedEventAttributes: {
      markerName: 'core_local_activity',
      details: { data: { payloads } },
      failure,
    },
  };
};
const secondsOf = (ms: number) => ({
  seconds: Math.floor((T + ms) / 1000),
  nanos: Math.round(((T + ms) % 1000) * 1e6),
});

/** Since `T`. */
const timesOf = ({ scheduledMs, startedMs, endedMs }: RunCall) =>
  [scheduledMs, startedMs, endedMs].map((ms) => ms && Math.round(ms - T));

test('a call has the times of its scheduling, its last attempt and its end, and how it ended', async () => {
  const calls = await callsIn(
    [0, activity('a')],
    [1, activity('b')],
    [2, activity('c')],
    [3, activity('d')],
    [30, started(1, { attempt: 3, lastFailure: { message: 'refused' } })],
    [50, { activityTaskCompletedEventAttributes: { scheduledEventId: 1 } }],
    [60, started(2)],
    [70, { activityTaskFailedEventAttributes: { scheduledEventId: 2, failure: { message: 'broken' } } }],
    [80, { activityTaskTimedOutEventAttributes: { scheduledEventId: 3, failure: { message: 'late' } } }],
    [90, { activityTaskCanceledEventAttributes: { scheduledEventId: 4 } }],
  );
  expect(calls.map((call) => [call.activityId, ...timesOf(call), call.end, call.failure])).toEqual([
    ['a', 0, 30, 50, 'completed', 'refused'],
    ['b', 1, 60, 70, 'failed', 'broken'],
    ['c', 2, undefined, 80, 'timed out', 'late'],
    ['d', 3, undefined, 90, 'canceled', undefined],
  ]);
  expect(calls[0]).toMatchObject({ attempt: 3, kind: 'Activity' });
});

test('calls that have not ended come last, without an end', async () => {
  const calls = await callsIn(
    [0, activity('open')],
    [5, activity('done')],
    [9, { activityTaskCompletedEventAttributes: { scheduledEventId: 2 } }],
  );
  expect(calls.map(({ activityId, end, endedMs }) => [activityId, end, endedMs])).toEqual([
    ['done', 'completed', T + 9],
    ['open', undefined, undefined],
  ]);
});

test.each([
  ['childWorkflowExecutionCompleted', 'completed'],
  ['childWorkflowExecutionFailed', 'failed'],
  ['childWorkflowExecutionTimedOut', 'timed out'],
  ['childWorkflowExecutionCanceled', 'canceled'],
  ['childWorkflowExecutionTerminated', 'terminated'],
  ['startChildWorkflowExecutionFailed', 'failed'],
])('a child has its run, and ends by %s', async (name, end) => {
  const initiatedEventId = 1;
  const [child] = await callsIn(
    [
      0,
      {
        startChildWorkflowExecutionInitiatedEventAttributes: {
          workflowType: { name: 'w' },
          workflowId: 'id',
        },
      },
    ],
    [
      4,
      {
        childWorkflowExecutionStartedEventAttributes: { initiatedEventId, workflowExecution: { runId: 'r' } },
      },
    ],
    [9, { [`${name}EventAttributes`]: { initiatedEventId } }],
  );
  expect(child).toMatchObject({
    kind: 'child Workflow',
    activityType: 'w',
    activityId: 'id',
    runId: 'r',
    end,
  });
  expect(timesOf(child!)).toEqual([0, 4, 9]);
});

describe('a local Activity takes the time that the Workflow’s clock went on', () => {
  test('one after the other', async () => {
    const calls = await callsIn(
      [0, task],
      [500, local('1', 40, 100)],
      [500, local('2', 145, 300)],
      [500, local('3', 346, 310)],
    );
    expect(calls.map(timesOf)).toEqual([
      [0, undefined, 100],
      [100, undefined, 300],
      [300, undefined, 310],
    ]);
  });

  test('at the same time', async () => {
    const calls = await callsIn([0, task], [500, local('1', 40, 100)], [500, local('2', 41, 300)]);
    expect(calls.map(timesOf)).toEqual([
      [0, undefined, 100],
      [0, undefined, 300],
    ]);
  });

  test('with a Worker whose clock is a second off, either way', async () => {
    const early = await callsIn([0, task], [5_000, task], [5_500, local('1', 4_040, 5_100)]);
    const late = await callsIn([0, task], [5_000, task], [5_500, local('1', 6_040, 5_100)]);
    expect(late.map(timesOf)).toEqual([[5_000, undefined, 5_100]]);
    expect(early.map(timesOf)).toEqual([[5_000, undefined, 5_100]]);
  });

  test('over several Workflow Tasks, which keep it alive', async () => {
    const calls = await callsIn([0, task], [8_000, task], [16_000, task], [20_500, local('1', 30, 20_000)]);
    expect(calls.map(timesOf)).toEqual([[0, undefined, 20_000]]);
  });

  test('and may fail', async () => {
    const [call] = await callsIn([0, task], [500, local('1', 40, 100, { message: 'broken' })]);
    expect(call).toMatchObject({ kind: 'local Activity', end: 'failed', failure: 'broken' });
  });
});
