/** A Temporal server that knows one run: the history that its Activities' outcomes leave behind. */
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, WorkflowNotFoundError } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import type { Temporal } from '../../../src/cli/temporal';
import { encodeOutcome, type Outcome } from '../../../src/wire/outcome';
import { OUTCOME_METADATA } from '../../../src/wire/names';

export interface Completed extends Partial<Outcome> {
  activityType: string;
  activityId?: string;
  /** When it completed; ISO 8601. */
  at?: string;
}

function eventsOf(completed: readonly Completed[]): object[] {
  return completed.flatMap(({ activityType, activityId, at = '2026-03-01T12:00:00Z', ...outcome }, i) => {
    const [scheduledEventId, id] = [i * 2 + 1, activityId ?? String(i + 1)];
    const label = encodeOutcome({ status: 'stored', key: '', version: '', durationMs: 0, ...outcome });
    const { metadata, data } = defaultPayloadConverter.toPayload('a result');
    const result = { metadata: { ...metadata, [OUTCOME_METADATA]: label }, data };
    return [
      {
        eventId: scheduledEventId,
        eventTime: msToTs(Date.parse(at) - 1_000),
        activityTaskScheduledEventAttributes: { activityType: { name: activityType }, activityId: id },
      },
      {
        eventId: scheduledEventId + 1,
        eventTime: msToTs(Date.parse(at)),
        activityTaskCompletedEventAttributes: { scheduledEventId, result: { payloads: [result] } },
      },
    ];
  });
}

/** Children that have started. */
function childEventsOf(children: readonly string[]): object[] {
  return children.flatMap((workflowId, i) => {
    const [eventTime, workflowType] = [msToTs(Date.parse('2026-03-01T12:00:00Z')), { name: 'child' }];
    const initiatedEventId = 10_001 + i * 2;
    const workflowExecution = { workflowId, runId: 'run' };
    return [
      {
        eventId: initiatedEventId,
        eventTime,
        startChildWorkflowExecutionInitiatedEventAttributes: { workflowId, workflowType },
      },
      {
        eventId: initiatedEventId + 1,
        eventTime,
        childWorkflowExecutionStartedEventAttributes: { initiatedEventId, workflowExecution },
      },
    ];
  });
}

async function* noRuns() {}

/** Any other Workflow is not found. */
export function serverOf(
  workflowId: string,
  completed: readonly Completed[],
  children: readonly string[] = [],
): Temporal {
  const options = { namespace: 'default', loadedDataConverter: { payloadCodecs: [] } };
  const events = [...eventsOf(completed), ...childEventsOf(children)];
  const workflowService = { getWorkflowExecutionHistory: async () => ({ history: { events } }) };
  const getHandle = (id: string) => ({
    workflowId: id,
    client: { options, workflowService, list: noRuns },
    async describe() {
      if (id !== workflowId) throw new WorkflowNotFoundError('not found', id, undefined);
      const started = { type: 'mlPipeline', startTime: new Date(Date.UTC(2026, 2, 4, 11)) };
      const status = { code: 1, name: 'RUNNING' };
      return { ...started, status, raw: {}, runId: 'run', historyLength: events.length, historySize: 1 };
    },
  });
  const client = { options, workflowService, workflow: { getHandle } } as unknown as Client;
  return { client, address: 'localhost:7233', close: async () => {} };
}
