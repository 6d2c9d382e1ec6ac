import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { Around } from './temporal';

type Handle = Awaited<ReturnType<Around['start']>>;

/**
 * Resets the first run of a Workflow.
 *
 * @param task - its Workflow Task to whose end it is reset: 0 is the first one, -1 the last one
 * @returns the new run
 */
export async function reset(client: Client, { workflowId, firstExecutionRunId }: Handle, task: number) {
  const first = client.workflow.getHandle(workflowId, firstExecutionRunId);
  const { events } = await first.fetchHistory();
  const ends = events!.filter((event) => event.workflowTaskCompletedEventAttributes != null);
  const { runId } = await client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId, runId: firstExecutionRunId },
    workflowTaskFinishEventId: ends.at(task)!.eventId,
    requestId: randomUUID(),
    reason: 'a test',
  });
  return client.workflow.getHandle(workflowId, runId) as Handle;
}
