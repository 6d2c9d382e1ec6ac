/** When each call of a run happened, and which call it waited for. */
import type { WorkflowHandle } from '@temporalio/client';
import { tsToMs } from '@temporalio/common';
import { historyOf } from './history';
import { outcomesOf } from './outcomes';
import { type CacheReport, type CacheReportRow, totalsOf } from './report';
import type { RunCall } from './run-call';
import { type SpanWait, Waits } from './waits';
import { OURS } from '../wire/questions';

/** A call of the run. Its look-ups in the Workflow belong to it, and are no spans of their own. */
export interface Span extends Omit<RunCall, 'kind' | 'result'> {
  /** `look-up`: the Workflow found the value, and scheduled nothing. `Workflow`: the run itself. */
  kind: RunCall['kind'] | 'look-up' | 'Workflow';
  /** The index of its row in the report. Undefined for a call that has none. */
  row?: number;
  /** What it waited for, in order. An open wait has no end. */
  waits: SpanWait[];
}

export interface RunTimeline {
  workflowId: string;
  runId: string;
  workflowType: string;
  /** The status of the run, as the server names it. */
  status: string;
  startedMs: number;
  /** Undefined while the run is open. */
  endedMs?: number;
  report: CacheReport;
  /** In the order in which they began. */
  spans: Span[];
}

/**
 * Reads the timeline of the run that `handle` names.
 * @throws the errors of the client, for example if the run does not exist any more
 */
export async function timelineOf(handle: WorkflowHandle): Promise<RunTimeline> {
  const { runId, type, status, startTime, closeTime, raw } = await handle.describe();
  const startedMs = startTime.getTime();
  const rows: CacheReportRow[] = [];
  const spans: Span[] = [];
  const waits = new Waits();
  for await (const { call, rows: found, waits: asked } of outcomesOf(handle, historyOf(handle))) {
    const isOurs = OURS.includes(call.activityType);
    if (!isOurs) spans.push(spanOf(call, found.length > 0 ? rows.length : undefined, found[0], waits));
    for (const wait of asked) waits.begin(wait, call.endedMs!);
    if (isOurs) {
      spans.push(...found.map((row, i) => foundIn(call, row, rows.length + i, waits, { type, startedMs })));
    }
    rows.push(...found);
  }
  spans.push(...waits.open().map((open): Span => ({ kind: 'look-up', ...open })));
  for (const { activityId, attempt, lastStartedTime, lastFailure } of raw.pendingActivities ?? []) {
    const span = spans.find((one) => one.end === undefined && one.activityId === activityId);
    const failure = lastFailure?.message ?? undefined;
    const pending = {
      startedMs: lastStartedTime == null ? undefined : tsToMs(lastStartedTime),
      attempt: attempt ?? 1,
      failure,
    };
    if (span !== undefined) Object.assign(span, pending);
  }
  return {
    workflowId: handle.workflowId,
    runId,
    workflowType: type,
    status: status.name,
    startedMs,
    endedMs: closeTime?.getTime(),
    report: { rows, totals: totalsOf(rows) },
    spans: spans.sort((one, other) => beginningOf(one) - beginningOf(other)),
  };
}

/** The time at which a call began, or began to wait. */
export const beginningOf = ({ scheduledMs, waits }: Span): number =>
  Math.min(scheduledMs, ...waits.map(({ fromMs }) => fromMs));

function spanOf(call: RunCall, row: number | undefined, of: CacheReportRow | undefined, waits: Waits): Span {
  const { startedMs, endedMs } = call;
  const span = { ...call, row, waits: waits.end(call, call.scheduledMs) };
  if (of?.status !== 'joined' || of.origin === undefined || startedMs === undefined) return span;
  // An Activity that looks up by itself waits in its slot.
  const { workflowId, runId, activityId } = of.origin;
  const holder = [workflowId, runId, activityId].filter((part) => part !== undefined).join('/');
  return { ...span, waits: [...span.waits, { holder, fromMs: startedMs, toMs: endedMs }] };
}

/** The span of a call that a local Activity of ours has decided, or of a run that it stored. */
function foundIn(
  { scheduledMs, endedMs, end }: RunCall,
  { activityType, activityId }: CacheReportRow,
  row: number,
  waits: Waits,
  run: { type: string; startedMs: number },
): Span {
  const call = { activityType, activityId };
  const isRun = activityId === '' && activityType === run.type;
  const times = { scheduledMs: isRun ? run.startedMs : scheduledMs, endedMs, end };
  return { kind: isRun ? 'Workflow' : 'look-up', ...call, ...times, row, waits: waits.end(call, endedMs!) };
}
