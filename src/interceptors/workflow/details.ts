/**
 * What the cache did in a run, as a section of its current details in Temporal's UI. The section is
 * there only while a query asks for the details: the run itself sees the details of its own code,
 * and nothing is written into any history.
 */
import { getCurrentDetails, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { formatDuration } from '../../wire/durations';
import { linkTo, linkToCaller, plain } from '../../wire/markdown';
import { type CacheReportRow, totalsOf } from '../../wire/report-rows';
import type { WaitingCall } from './waiting';

/** The maximum number of waiting calls, and of calls that ended, that are listed. */
const LISTED = 10;

/** Longer details of a Workflow's own stay alone, because the answer of a query may have 2 MB. */
const MAX_OWN_LENGTH = 500_000;

/** The query with which the UI and the command line ask for the current details. */
const METADATA_QUERY = '__temporal_workflow_metadata';

interface Job {
  queryWorkflow?: { queryType?: string | null } | null;
}

/**
 * Delivers the jobs of an activation. While a query asks for the details, they have `section` after
 * those that the Workflow has set.
 */
export function withSection(jobs: readonly Job[], section: () => string, deliver: () => void): void {
  const asks = ({ queryWorkflow }: Job) => queryWorkflow?.queryType === METADATA_QUERY;
  const isOurs = jobs.some(asks) && jobs.every(({ queryWorkflow }) => queryWorkflow != null);
  const own = isOurs ? getCurrentDetails() : '';
  if (!isOurs || own.length > MAX_OWN_LENGTH) return deliver();
  setCurrentDetails([own, section()].filter(Boolean).join('\n\n'));
  try {
    deliver();
  } finally {
    setCurrentDetails(own);
  }
}

/** The section in Markdown. `''` if no cached call has ended, and none waits. */
export function sectionOf(rows: readonly CacheReportRow[], waiting: readonly WaitingCall[]): string {
  if (rows.length + waiting.length === 0) return '';
  const { namespace } = workflowInfo();
  const last = rows.slice(-LISTED);
  return [
    summaryOf(rows, waiting.length),
    ...listOf(waiting.slice(0, LISTED).map((call) => waitLine(call, namespace))),
    rows.length > LISTED && `The last ${LISTED} calls:`,
    ...listOf(last.map((row) => rowLine(row, namespace))),
  ]
    .filter(Boolean)
    .join('\n\n');
}

const listOf = (lines: readonly string[]): string[] => (lines.length === 0 ? [] : [lines.join('\n')]);

function summaryOf(rows: readonly CacheReportRow[], waiting: number): string {
  const { calls, hit, joined, stored, unstored, bypassed, unknown, savedMs } = totalsOf(rows);
  return [
    `**Cache: ${hit + joined} of ${calls} calls served**, saved ${formatDuration(savedMs)}`,
    `${stored + unstored + bypassed} ran`,
    unknown > 0 && `${unknown} unknown`,
    `${waiting} wait`,
  ]
    .filter(Boolean)
    .join(' · ');
}

const nameOf = ({ activityType, activityId }: { activityType: string; activityId: string }): string =>
  [plain(activityType), activityId && `(${plain(activityId)})`].filter(Boolean).join(' ');

function rowLine(row: CacheReportRow, namespace: string): string {
  const { status, why, reason, detail, origin, durationMs, savedMs } = row;
  const time =
    savedMs === undefined ? `took ${formatDuration(durationMs)}` : `saved ${formatDuration(savedMs)}`;
  const because = [reason, why, detail].flatMap((text) => (text ? [plain(text)] : []));
  return lineOf([`**${status}**`, nameOf(row), time, ...because, computedBy(origin, namespace)]);
}

function computedBy(origin: CacheReportRow['origin'], namespace: string): string | undefined {
  if (origin == null) return undefined;
  const { workflowId, runId, activityId } = origin;
  const by = workflowId === undefined ? plain(activityId) : linkTo(namespace, { workflowId, runId });
  return `computed by ${by}`;
}

const waitLine = (call: WaitingCall, namespace: string): string =>
  lineOf([
    '**waits**',
    nameOf(call),
    `for ${linkToCaller(namespace, call.holder)}`,
    `since ${new Date(call.since).toISOString()}`,
  ]);

const lineOf = (parts: readonly (string | undefined)[]): string => `- ${parts.filter(Boolean).join(' · ')}`;
