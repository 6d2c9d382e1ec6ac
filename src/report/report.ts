/** What the cache did in one run, told from its history alone. */
import type { WorkflowHandle } from '@temporalio/client';
import type { ActivitySerializationContext, Payload } from '@temporalio/common';
import { tsToMs } from '@temporalio/common/lib/time';
import { type CacheStatus, decodeOutcome, type Outcome, OUTCOME_METADATA } from '../status';
import { completedActivities } from './completed-activities';
import { isUnlabelled } from './unlabelled';
import { historyOf } from './history';

/** One completed call of a cached Activity. Holds no value and no argument. */
export interface CacheReportRow extends Omit<Outcome, 'storedAt'> {
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
}

/**
 * Reports on the run that `handle` means (the one it names, else the latest), running or closed, however it ended. Activities
 * without any policy have no row, nor have calls that did not complete. Results are decoded with the codecs of the handle's client.
 * A declared output TypeInfo leaves no room for the cache's metadata: such calls are `unknown`, told of Activities that a Worker
 * of this process runs.
 * @throws what the client throws, e.g. when the run is gone
 */
export async function cacheReport(handle: WorkflowHandle): Promise<CacheReport> {
  const { payloadCodecs } = handle.client.options.loadedDataConverter;
  const { namespace } = handle.client.options;
  const decode = async (payload: Payload, activityId: string, isLocal: boolean): Promise<Payload> => {
    const { workflowId } = handle;
    const context: ActivitySerializationContext = {
      type: 'activity',
      namespace,
      workflowId,
      activityId,
      isLocal,
    };
    let payloads = [payload];
    for (const codec of [...payloadCodecs].reverse()) payloads = await codec.decode(payloads, context);
    return payloads[0]!;
  };
  const rows: CacheReportRow[] = [];
  for await (const { activityType, activityId, isLocal, completedAt, result } of completedActivities(
    historyOf(handle),
  )) {
    const label = result && (await decode(result, activityId, isLocal)).metadata?.[OUTCOME_METADATA];
    if (label == null && !isUnlabelled(activityType)) continue;
    const outcome = decodeOutcome(label ?? new Uint8Array());
    rows.push({ activityType, activityId, ...describe(outcome, tsToMs(completedAt)) });
  }
  return { rows, totals: totalsOf(rows) };
}

function describe(
  outcome: Outcome,
  completedMs: number,
): Omit<CacheReportRow, 'activityType' | 'activityId'> {
  const { storedAt, ...row } = outcome;
  if (row.status !== 'hit' && row.status !== 'joined') return row;
  const age = storedAt === undefined ? NaN : completedMs - Date.parse(storedAt);
  return { ...row, ...(Number.isFinite(age) && { ageMs: Math.max(0, age) }), savedMs: row.durationMs };
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
