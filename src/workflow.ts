/**
 * The entry for Workflow code: `temporal-activity-cache/workflow`. It is safe in the Workflow's
 * isolate.
 */
import './augmentation';
import { runNow } from './interceptors/workflow/run';
import { type CacheReport, totalsOf } from './wire/report-rows';

export type { CacheReport, CacheReportRow, CacheReportTotals } from './wire/report-rows';
export { cachedWorkflow, type CachedWorkflowOptions } from './options/cached-workflow';
export type { RunCache, RunCacheOption } from './options/run-options';
export type { CallSite, CallSiteOptions } from './options/call-site';
export type { Wrappable } from './options/cache-options';

/**
 * What the cache has done in this run so far. The query `activity-cache.report` returns the same.
 * For thousands of calls it only returns the latest rows, and counts the earlier ones in
 * `omittedRows`. A call has a row when it has completed. If an Activity declares an output
 * TypeInfo, its results have no room for the cache's metadata, so only look-ups of such calls have
 * a row. Without the plugin's interceptors in the bundle there are no rows.
 */
export const cacheReport = (): CacheReport => runNow()?.report.now() ?? { rows: [], totals: totalsOf([]) };

/**
 * The Workflow's current details, as Temporal's UI shows them, say what the cache did in the run.
 * They do so by default. This function shows it in this run even if the plugin has the option
 * `details: false`. The code of the Workflow never reads this part of the details.
 */
export const showCacheReport = (): void => runNow()?.report.show();
