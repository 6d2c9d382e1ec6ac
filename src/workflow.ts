/** What Workflow code imports: `temporal-activity-cache/workflow`. Safe in the Workflow's isolate. */
import './augmentation';
import { runNow } from './interceptors/workflow/run';
import { type CacheReport, totalsOf } from './wire/report-rows';

export type { CacheReport, CacheReportRow, CacheReportTotals } from './wire/report-rows';
export { cachedWorkflow, type CachedWorkflowOptions } from './options/cached-workflow';
export type { RunCache, RunCacheOption } from './options/run-options';
export type { CallSite, CallSiteOptions } from './options/call-site';
export type { Wrappable } from './options/cache-options';

/**
 * What the cache did in this run so far. The query `activity-cache.report` answers the same; of thousands of calls it has the latest rows,
 * and says in `omittedRows` how many came before. Calls have a row once they completed. Results whose Activity declares an output TypeInfo
 * leave no room for the cache's metadata: of such calls only look-ups have a row.
 * Without the plugin's interceptor in the bundle there are no rows.
 */
export const cacheReport = (): CacheReport => runNow()?.report.now() ?? { rows: [], totals: totalsOf([]) };

/** From now on the Workflow's current details, as Temporal's UI shows them, have a section with the totals of {@link cacheReport}. */
export const showCacheReport = (): void => runNow()?.report.show();
