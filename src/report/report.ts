/** Reports what the cache did in one run, from the run's history alone. */
import type { WorkflowHandle } from '@temporalio/client';
import { CacheOptionsError } from '../errors';
import { historyOf } from './history';
import { outcomesOf } from './outcomes';
import { type CacheReport, type CacheReportRow, totalsOf } from '../wire/report-rows';

export { type CacheReport, type CacheReportRow, type CacheReportTotals, totalsOf } from '../wire/report-rows';

/**
 * Reports on the run that `handle` names, or on the latest run if it names none. The run may be
 * running, or closed with any outcome. Activities without any policy have no row, and neither have
 * calls that did not complete. Results are decoded with the codecs of the handle's client.
 * A declared output TypeInfo leaves no room for the cache's metadata. Such calls are `unknown`, and
 * reported only for Activities that a Worker of this process runs.
 * @throws {@link CacheOptionsError} for an invalid handle
 * @throws the errors of the client, for example if the run does not exist any more
 */
export async function cacheReport(handle: WorkflowHandle): Promise<CacheReport> {
  if ((handle as Partial<WorkflowHandle> | undefined)?.client === undefined)
    throw new CacheOptionsError(
      'cacheReport: it takes a handle, such as client.workflow.getHandle(workflowId)',
    );
  const rows: CacheReportRow[] = [];
  for await (const { rows: found } of outcomesOf(handle, historyOf(handle))) rows.push(...found);
  return { rows, totals: totalsOf(rows) };
}
