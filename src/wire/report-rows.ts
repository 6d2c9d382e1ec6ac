/** Rows of reports: made of what the labels of results say, by the host and in Workflows alike. */
import { OURS } from './questions';
import type { Payload } from '@temporalio/common';
import { unpack } from './pack';
import { type CacheStatus, decodeOutcome, type Outcome } from './outcome';
import { OUTCOME_METADATA } from './names';

/** One completed call of a cached Activity. Holds no value and no argument. */
export interface CacheReportRow extends Omit<Outcome, 'storedAt' | 'of' | 'entry'> {
  activityType: string;
  activityId: string;
  /** How old the entry of a hit was, since it was stored. */
  ageMs?: number;
  /** What a hit saved. */
  savedMs?: number;
}

export interface CacheReportTotals extends Record<CacheStatus, number> {
  /** Rows: completed calls of Activities that have a policy. */
  calls: number;
  /** Hits and joined calls among those in which the cache had a part (hit, joined, stored, unstored); 0 where there are none. */
  hitRate: number;
  savedMs: number;
}

export interface CacheReport {
  rows: CacheReportRow[];
  totals: CacheReportTotals;
  /** How many earlier rows the answer of a query has no room for; undefined: none. The totals count them too. */
  omittedRows?: number;
}

/** A completed call. */
interface Completed {
  activityType: string;
  activityId: string;
  completedMs: number;
}

/** The labels that a result carries: one, or of look-ups made together one each. */
export function labelsOf(payload: Payload): Uint8Array[] {
  return (unpack(payload) ?? [payload]).flatMap(({ metadata }) => metadata?.[OUTCOME_METADATA] ?? []);
}

/** @param label - of its result; without one the history does not say. A look-up's names the call that it is of */
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

/** The report with its latest rows: as many as fit into `maxBytes` of JSON. */
export function withinBytes({ rows, totals }: CacheReport, maxBytes: number): CacheReport {
  let first = rows.length;
  for (let left = maxBytes; first > 0; first--) {
    left -= new TextEncoder().encode(JSON.stringify(rows[first - 1])).length + 1;
    if (left < 0) break;
  }
  return { rows: rows.slice(first), totals, ...(first > 0 && { omittedRows: first }) };
}

/** Sums rows up; of several runs too. */
export function totalsOf(rows: readonly CacheReportRow[]): CacheReportTotals {
  const totals = { calls: rows.length, hit: 0, joined: 0, stored: 0, unstored: 0, bypassed: 0, unknown: 0 };
  for (const { status } of rows) totals[status]++;
  const served = totals.hit + totals.joined;
  const asked = served + totals.stored + totals.unstored;
  const saved = rows.reduce((sum, row) => sum + (row.savedMs ?? 0), 0);
  const savedMs = Math.round(saved * 10) / 10; // of tenths: what more there is comes of adding them up
  return { ...totals, hitRate: asked === 0 ? 0 : served / asked, savedMs };
}
