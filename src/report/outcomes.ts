/** What the cache did in each call of a history, decoded with the codecs of the handle's client. */
import type { WorkflowHandle } from '@temporalio/client';
import { type ActivitySerializationContext, defaultPayloadConverter, type Payload } from '@temporalio/common';
import { callsOf } from './calls';
import type { HistoryEvent } from './history';
import type { RunCall } from './run-call';
import { isUnlabelled } from './unlabelled';
import { RESOLVE, RESOLVE_ALL } from '../wire/names';
import { unpack } from '../wire/pack';
import { toAnswer, type WaitAnswer } from '../wire/questions';
import { type CacheReportRow, labelsOf, rowOf } from '../wire/report-rows';

export interface CallOutcome {
  call: RunCall;
  /** None for a call without any policy, and one for each look-up of a batch. */
  rows: CacheReportRow[];
  /** The look-ups of this call that must wait for another call. */
  waits: WaitAnswer[];
}

/** Calls that are still running come last. They have no rows. */
export async function* outcomesOf(
  { client, workflowId }: WorkflowHandle,
  events: AsyncIterable<HistoryEvent>,
): AsyncGenerator<CallOutcome> {
  const { namespace, loadedDataConverter } = client.options;
  const codecs = [...loadedDataConverter.payloadCodecs].reverse();
  const decode = async (payload: Payload, { activityId, kind }: RunCall): Promise<Payload> => {
    const isLocal = kind === 'local Activity';
    const context: ActivitySerializationContext = {
      type: 'activity',
      namespace,
      workflowId,
      activityId,
      isLocal,
    };
    let payloads = [payload];
    for (const codec of codecs) payloads = await codec.decode(payloads, context);
    return payloads[0]!;
  };
  for await (const { result, ...call } of callsOf(events)) {
    const payload = result ? await decode(result, call) : undefined;
    const { activityType, activityId, kind, end, endedMs } = call;
    const completed = { activityType, activityId, completedMs: endedMs ?? NaN };
    const labels = payload === undefined ? [] : labelsOf(payload);
    const isUnknown =
      labels.length === 0 && kind !== 'child Workflow' && end === 'completed' && isUnlabelled(activityType);
    const rows = isUnknown ? [rowOf(completed)] : labels.map((label) => rowOf(completed, label));
    yield { call, rows, waits: payload === undefined ? [] : waitsIn(activityType, payload) };
  }
}

function waitsIn(activityType: string, payload: Payload): WaitAnswer[] {
  if (activityType !== RESOLVE && activityType !== RESOLVE_ALL) return [];
  const unlabelled = (unpack(payload) ?? [payload]).filter((one) => labelsOf(one).length === 0);
  return unlabelled
    .map((one) => toAnswer(jsonIn(one)))
    .filter(({ answer }) => answer === 'wait') as WaitAnswer[];
}

function jsonIn(payload: Payload): unknown {
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return undefined; // Another data converter has written it.
  }
}
