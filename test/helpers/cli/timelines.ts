/** Runs with calls of every state, as their histories would show them. */
import { type CacheReportRow, totalsOf } from '../../../src/report/report';
import type { RunTimeline, Span } from '../../../src/report/timeline';

export const START = Date.UTC(2026, 2, 4, 11);
export const RUN_ID = '019a0f3c-7d1e-7c55-9a53-4b7c2f0d1a2b';
const key = 'abcdef0123456789'.repeat(4);

/** A call with the row of its outcome, if it has one. */
export interface Sample {
  row?: Partial<CacheReportRow> & Pick<CacheReportRow, 'status'>;
  /** Since the start, in milliseconds. */
  from: number;
  /** Undefined: it is running. */
  to?: number;
  /** More of the span. */
  span?: Partial<Span>;
}

export function timelineWith(samples: readonly Sample[], run: Partial<RunTimeline> = {}): RunTimeline {
  const rows: CacheReportRow[] = [];
  const spans = samples.map(({ row, from, to, span }, i): Span => {
    const call = { activityType: 'train', activityId: String(i + 1) };
    if (row !== undefined) rows.push({ ...call, key, version: 'v', durationMs: 0, ...row });
    return {
      kind: 'Activity',
      ...call,
      scheduledMs: START + from,
      ...(to !== undefined && { endedMs: START + to, end: 'completed' }),
      ...(row !== undefined && { row: rows.length - 1 }),
      waits: [],
      ...span,
    };
  });
  return {
    workflowId: 'ml-pipeline/exp-006',
    runId: RUN_ID,
    workflowType: 'mlPipeline',
    status: 'COMPLETED',
    startedMs: START,
    endedMs: START + 10_000,
    ...run,
    report: { rows, totals: totalsOf(rows) },
    spans,
  };
}

export const origin = { workflowId: 'ml-pipeline/exp-001', runId: RUN_ID, activityId: '5' };
const served = { durationMs: 3_400, savedMs: 3_400, ageMs: 86_400_000, origin };
const holder = `ml-pipeline/exp-005/${RUN_ID}/train: 8 trees, depth 9`;

/** A call of every state that a closed run may have. */
export const everyState: Sample[] = [
  { from: 0, to: 1_000, row: { status: 'hit', ...served }, span: { kind: 'look-up' } },
  {
    from: 500,
    to: 4_500,
    row: { status: 'joined', ...served },
    span: { waits: [{ holder, fromMs: START + 700, toMs: START + 4_500 }] },
  },
  { from: 1_000, to: 7_000, row: { status: 'stored', why: 'new', detail: 'inputs · params.depth' } },
  { from: 4_000, to: 6_500, row: { status: 'unstored', why: 'new', reason: 'too-large', detail: '3 MB' } },
  { from: 6_000, to: 6_100, row: { status: 'bypassed', reason: 'disabled' } },
  { from: 6_100, to: 7_600, row: { status: 'unknown' }, span: { kind: 'local Activity' } },
  { from: 0, to: 9_800, span: { startedMs: START + 2_000, attempt: 3, failure: 'connection refused' } },
  { from: 7_000, to: 9_000, span: { end: 'failed', failure: 'quota exceeded' } },
  { from: 8_000, to: 9_500, span: { kind: 'child Workflow', activityId: 'child/1', runId: RUN_ID } },
  { from: 9_000, span: { activityId: 'left' } },
];

/** A thousand calls of three types. */
export const thousand: Sample[] = Array.from({ length: 1_000 }, (_, i) => ({
  from: (i * 7_919) % 9_000,
  to: ((i * 7_919) % 9_000) + (i % 5 === 0 ? 900 : 15),
  row: i % 5 === 0 ? { status: 'stored', why: 'new', detail: 'inputs · url' } : { status: 'hit', ...served },
  span: { activityType: ['fetchPage', 'embed', 'summarize'][i % 3]!, activityId: String(i + 1) },
}));
