/** Reports what the cache did in one run, from the run's history alone. */
import type { WorkflowHandle } from '@temporalio/client';
import { type ActivitySerializationContext, type Payload, tsToMs } from '@temporalio/common';
import { CacheOptionsError } from '../errors';
import { completedActivities } from './completed-activities';
import { isUnlabelled } from './unlabelled';
import { historyOf } from './history';
import { type CacheReport, type CacheReportRow, labelsOf, rowOf, totalsOf } from '../wire/report-rows';

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
    const call = { activityType, activityId, completedMs: tsToMs(completedAt) };
    const labels = result ? labelsOf(await decode(result, activityId, isLocal)) : [];
    if (labels.length === 0 && isUnlabelled(activityType)) rows.push(rowOf(call));
    rows.push(...labels.map((label) => rowOf(call, label)));
  }
  return { rows, totals: totalsOf(rows) };
}
