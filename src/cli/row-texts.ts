/** Texts for the rows of a report, in the table and in the page. */
import type { CacheReportRow, CacheReportTotals } from '../report/report';
import { formatAge, formatDuration, percent, shorten } from './format';

export function whyOf({ why, reason, detail, ageMs }: CacheReportRow): string {
  const age = ageMs === undefined ? undefined : `stored ${formatAge(ageMs)} before`;
  return [age, why, reason, detail].filter(Boolean).join(': ');
}

export const tookOf = ({ savedMs, durationMs }: CacheReportRow): string =>
  savedMs === undefined ? formatDuration(durationMs) : '';

export const savedOf = ({ savedMs }: CacheReportRow): string =>
  savedMs === undefined ? '' : formatDuration(savedMs);

export const originOf = ({ origin }: CacheReportRow): string =>
  origin === undefined ? '' : (origin.workflowId ?? `a standalone Activity ${origin.activityId}`);

export function totalsLine({ hit, joined, calls, hitRate, savedMs }: CacheReportTotals): string {
  const rate = calls > 0 ? ` (hit rate ${percent(hitRate)})` : '';
  return `${hit + joined} of ${calls} calls came from the cache${rate}, which saved ${formatDuration(savedMs)}.`;
}

/** The number of children that are named. */
const MAX_CHILDREN = 3;

/** A child that ran reports its calls itself, and what it had of the cache as a whole. */
export function childrenLine(ids: readonly string[]): string {
  const named = ids.slice(0, MAX_CHILDREN).map((id) => shorten(id, 60));
  const more = ids.length > MAX_CHILDREN ? ` and ${ids.length - MAX_CHILDREN} more` : '';
  const children =
    ids.length === 1
      ? 'A child Workflow has a report of its own'
      : `${ids.length} child Workflows have reports of their own`;
  return `${children}: ${named.join(', ')}${more}.`;
}

export const NO_ROWS =
  'No rows: no cached Activity has completed in this run, or a codec has encoded the results.';
