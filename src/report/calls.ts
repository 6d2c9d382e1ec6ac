/** The calls in a history: Activities, local Activities and child Workflows, with their times. */
import { childIn } from './child-events';
import type { HistoryEvent } from './history';
import { LocalActivities } from './local-activities';
import { type Change, messageIn, type RunCall, timeOf } from './run-call';

/** Yields each call when it ends, and then the calls that are still running. */
export async function* callsOf(events: AsyncIterable<HistoryEvent>): AsyncGenerator<RunCall> {
  const open = new Map<string, RunCall>();
  const locals = new LocalActivities();
  for await (const event of events) {
    const local = locals.next(event);
    if (local !== undefined) yield local;
    const begun = scheduledIn(event);
    if (begun !== undefined) open.set(String(event.eventId), begun);
    const { id, ...change } = activityIn(event) ?? childIn(event) ?? {};
    const call = id === undefined ? undefined : open.get(id);
    if (call === undefined) continue;
    Object.assign(call, change);
    if (call.end === undefined) continue;
    open.delete(id!);
    yield { ...call, endedMs: timeOf(event) };
  }
  yield* open.values();
}

function scheduledIn(event: HistoryEvent): RunCall | undefined {
  const call = (
    kind: RunCall['kind'],
    type?: { name?: string | null } | null,
    id?: string | null,
  ): RunCall => {
    return { kind, activityType: type?.name ?? '', activityId: id ?? '', scheduledMs: timeOf(event) };
  };
  const activity = event.activityTaskScheduledEventAttributes;
  if (activity) return call('Activity', activity.activityType, activity.activityId);
  const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
  return child ? call('child Workflow', child.workflowType, child.workflowId) : undefined;
}

function activityIn(event: HistoryEvent): Change | undefined {
  const started = event.activityTaskStartedEventAttributes;
  if (started) {
    const failure = started.lastFailure?.message ?? undefined;
    return {
      id: String(started.scheduledEventId),
      startedMs: timeOf(event),
      attempt: started.attempt ?? 1,
      failure,
    };
  }
  const completed = event.activityTaskCompletedEventAttributes;
  if (completed) {
    const result = completed.result?.payloads?.[0];
    return { id: String(completed.scheduledEventId), end: 'completed', result };
  }
  const failed = event.activityTaskFailedEventAttributes;
  if (failed) return { id: String(failed.scheduledEventId), end: 'failed', ...messageIn(failed) };
  const timedOut = event.activityTaskTimedOutEventAttributes;
  if (timedOut) return { id: String(timedOut.scheduledEventId), end: 'timed out', ...messageIn(timedOut) };
  const canceled = event.activityTaskCanceledEventAttributes;
  return canceled ? { id: String(canceled.scheduledEventId), end: 'canceled' } : undefined;
}
