/** Rows of reports, built from the labels of results. The host and Workflows use the same code. */
import { OURS } from './questions';
import type { Payload } from '@temporalio/common';
import { unpack } from './pack';
import {
  type BypassReason,
  type CacheStatus,
  decodeOutcome,
  type Origin,
  type Outcome,
  type RunReason,
  type UnstoredReason,
} from './outcome';
import { OUTCOME_METADATA } from './names';

/** One completed call of a cached Activity. It contains no value and no argument. */
export interface CacheReportRow {
  activityType: string;
  activityId: string;
  status: CacheStatus;
  /** Why the Activity ran. */
  why?: RunReason;
  /** Why the value was not stored, or why the cache was not involved. */
  reason?: UnstoredReason | BypassReason;
  /**
   * Free text: what is new, since when an entry was expired, the path of the value that cannot be
   * keyed, the text given to `skip`, or a size.
   */
  detail?: string;
  /** `''` if there is none, because the call was bypassed before it had a key. */
  key: string;
  version: string;
  /** The execution that computed the value. */
  origin?: Origin;
  /** How long the execution that computed the value took, in milliseconds. */
  durationMs: number;
  /** The time since the entry of a hit was stored, in milliseconds. */
  ageMs?: number;
  /** The execution time that a hit saved, in milliseconds. */
  savedMs?: number;
}

/** Totals over the rows of a report, and the number of calls by status. */
export interface CacheReportTotals extends Record<CacheStatus, number> {
  /** The number of rows, which are completed calls of Activities that have a policy. */
  calls: number;
  /**
   * The share of hits and joined calls among the calls that involved the cache (hit, joined,
   * stored, unstored). 0 without such calls.
   */
  hitRate: number;
  savedMs: number;
}

/** What the cache did in one run, or in several runs. */
export interface CacheReport {
  rows: CacheReportRow[];
  totals: CacheReportTotals;
  /**
   * The number of earlier rows that do not fit into the answer of a query. Undefined: none. The
   * totals include them.
   */
  omittedRows?: number;
}

/** A completed call. */
interface Completed {
  activityType: string;
  activityId: string;
  completedMs: number;
}

/** The labels of a result: one, or one for each look-up of a batch. */
export function labelsOf(payload: Payload): Uint8Array[] {
  return (unpack(payload) ?? [payload]).flatMap(({ metadata }) => metadata?.[OUTCOME_METADATA] ?? []);
}

/**
 * @param label - the label of the result. Without one the status is `unknown`. The label of a
 *   look-up names the call that it is for.
 */
export function rowOf(
  { activityType, activityId, completedMs }: Completed,
  label: Uint8Array = new Uint8Array(),
): CacheReportRow {
  const { of, ...outcome } = decodeOutcome(label);
  const ours = OURS.includes(activityType);
  const call = ours && of !== undefined ? of : { activityType, activityId };
  return { ...call, ...describe(outcome, completedMs) };
}

function describe(
  outcome: Omit<Outcome, 'of'>,
  completedMs: number,
): Omit<CacheReportRow, 'activityType' | 'activityId'> {
  const { storedAt, entry: _, ...row } = outcome;
  if (row.status !== 'hit' && row.status !== 'joined') return row;
  const age = storedAt === undefined ? NaN : completedMs - Date.parse(storedAt);
  return { ...row, ...(Number.isFinite(age) && { ageMs: Math.max(0, age) }), savedMs: row.durationMs };
}

/** The report with its latest rows, as many as fit into `maxBytes` of JSON. */
export function withinBytes({ rows, totals }: CacheReport, maxBytes: number): CacheReport {
  let first = rows.length;
  for (let left = maxBytes; first > 0; first--) {
    left -= new TextEncoder().encode(JSON.stringify(rows[first - 1])).length + 1;
    if (left < 0) break;
  }
  return { rows: rows.slice(first), totals, ...(first > 0 && { omittedRows: first }) };
}

/** The totals of rows, which may come from several runs. */
export function totalsOf(rows: readonly CacheReportRow[]): CacheReportTotals {
  const totals = { calls: rows.length, hit: 0, joined: 0, stored: 0, unstored: 0, bypassed: 0, unknown: 0 };
  for (const { status } of rows) totals[status]++;
  const served = totals.hit + totals.joined;
  const asked = served + totals.stored + totals.unstored;
  const saved = rows.reduce((sum, row) => sum + (row.savedMs ?? 0), 0);
  // The rows have tenths. Further digits are rounding errors of the sum.
  const savedMs = Math.round(saved * 10) / 10;
  return { ...totals, hitRate: asked === 0 ? 0 : served / asked, savedMs };
}
