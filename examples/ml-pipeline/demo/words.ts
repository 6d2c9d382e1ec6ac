/** How a row of the report reads. */
import color from 'picocolors';
import type { cacheReport } from 'temporal-activity-cache';

export type Report = Awaited<ReturnType<typeof cacheReport>>;
export type Row = Report['rows'][number];

export function seconds(ms: number): string {
  if (ms < 1) return '0 s';
  return ms < 100 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Type and, where the Workflow chose the id, what the id says. */
export function stepName({ activityType, activityId }: { activityType: string; activityId: string }): string {
  return /^\d+$/.test(activityId) ? activityType : `${activityType}, ${activityId.replace(/^.*?: /, '')}`;
}

export function statusColor(status: Row['status']): (text: string) => string {
  if (status === 'hit' || status === 'joined') return color.green;
  return status === 'stored' ? color.yellow : color.magenta;
}

const RAN_BECAUSE: Record<NonNullable<Row['why']>, string> = {
  new: 'not in the cache yet',
  expired: 'the entry was too old',
  invalidated: 'the entry had been invalidated',
  damaged: 'the entry was damaged',
  'hit-if': 'what the entry names is gone',
  overwrite: 'this run was told to compute it anew',
  unserialized: 'without its turn',
  'lookup-failed': 'the cache did not answer',
};

/** What happened and why, in a few words. */
export function explain(row: Row): string {
  const because = row.why ? RAN_BECAUSE[row.why] : '';
  const detail = row.detail ? ` (${row.detail})` : '';
  switch (row.status) {
    case 'hit':
      return `computed ${ago(row.ageMs)} by ${row.origin?.workflowId ?? 'an Activity outside Workflows'}`;
    case 'joined':
      return `computed at the same time by ${row.origin?.workflowId ?? 'another call'}`;
    case 'stored':
      return because;
    case 'unstored':
      return `${because}; not stored: ${row.reason}${detail}`;
    case 'bypassed':
      return row.reason === 'disabled'
        ? 'declared as never cached'
        : `the cache had no part: ${row.reason}${detail}`;
    case 'unknown':
      return 'the history does not say';
  }
}

function ago(ms = 0): string {
  const units: [string, number][] = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
  ];
  const [unit, size] = units.find(([, size]) => ms >= size) ?? ['second', 1000];
  const count = Math.round(ms / size);
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
}
