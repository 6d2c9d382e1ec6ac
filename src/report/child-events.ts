/** What the events of child Workflows say of them. */
import type { HistoryEvent } from './history';
import { type Change, messageIn, timeOf } from './run-call';

export function childIn(event: HistoryEvent): Change | undefined {
  const started = event.childWorkflowExecutionStartedEventAttributes;
  if (started) {
    const runId = started.workflowExecution?.runId ?? undefined;
    return { id: String(started.initiatedEventId), startedMs: timeOf(event), runId };
  }
  const completed = event.childWorkflowExecutionCompletedEventAttributes;
  if (completed) return { id: String(completed.initiatedEventId), end: 'completed' };
  const failed = event.childWorkflowExecutionFailedEventAttributes;
  if (failed) return { id: String(failed.initiatedEventId), end: 'failed', ...messageIn(failed) };
  const unstarted = event.startChildWorkflowExecutionFailedEventAttributes;
  if (unstarted) return { id: String(unstarted.initiatedEventId), end: 'failed' };
  const timedOut = event.childWorkflowExecutionTimedOutEventAttributes;
  if (timedOut) return { id: String(timedOut.initiatedEventId), end: 'timed out' };
  const canceled = event.childWorkflowExecutionCanceledEventAttributes;
  if (canceled) return { id: String(canceled.initiatedEventId), end: 'canceled' };
  const terminated = event.childWorkflowExecutionTerminatedEventAttributes;
  return terminated ? { id: String(terminated.initiatedEventId), end: 'terminated' } : undefined;
}
