/** What happened to a call, in one line, for people who read results in Temporal's UI. */
import { formatAgo, formatDuration } from './durations';
import type { Origin, Outcome } from './outcome';

/**
 * `hit · saved 3.7 s · computed by ml-pipeline/exp-001, 3 days ago`, or
 * `stored · took 3.7 s · new: inputs · params.depth`. The status is first. A look-up names the type
 * of its call after it.
 * @param nowMs - what the age is counted to
 */
export function verdictOf(outcome: Outcome, nowMs: number): string {
  const { status, why, reason, detail, durationMs, of } = outcome;
  const served = status === 'hit' || status === 'joined';
  const parts = served
    ? [`saved ${formatDuration(durationMs)}`, computed(outcome, nowMs), why]
    : [
        reason && [reason, detail].filter(Boolean).join(': '),
        `took ${formatDuration(durationMs)}`,
        reason ? why : [why, detail].filter(Boolean).join(': '),
      ];
  return [status, of?.activityType, ...parts].filter(Boolean).join(' · ');
}

function computed({ origin, storedAt }: Outcome, nowMs: number): string {
  const age = storedAt === undefined ? NaN : nowMs - Date.parse(storedAt);
  const by = origin == null ? 'computed' : `computed by ${nameOf(origin)}`;
  return Number.isFinite(age) ? `${by}${origin == null ? '' : ','} ${formatAgo(age)}` : by;
}

const nameOf = ({ workflowId, activityId }: Origin): string =>
  workflowId ?? `a standalone Activity ${activityId}`;
