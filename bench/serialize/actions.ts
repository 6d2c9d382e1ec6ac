/** What Temporal Cloud would bill, read from histories. */
import type { temporal } from '@temporalio/proto';

export const RULES = `Actions by the rules of https://docs.temporal.io/cloud/actions, read from histories: a Workflow started or continued as new 1,
a signal 1, a signal-with-start 1 in all, an attempt of an Activity 1, a timer 1 (a condition with a timeout is one), the markers of one
Workflow Task 1. A memo that changes is not in that list: 0. Reads cost none; heartbeats (of callers that wait, one in 10 s) are in no
history, and not counted.`;

type Event = temporal.api.history.v1.IHistoryEvent;

export function actionsOf(events: readonly Event[]): number {
  // With what a signal-with-start begins, its signal comes before the first Workflow Task.
  const begunBySignal = events[1]?.workflowExecutionSignaledEventAttributes != null;
  const tasksWithMarkers = new Set<string>();
  let actions = begunBySignal ? -1 : 0;
  for (const event of events) {
    const { markerRecordedEventAttributes: marker, activityTaskStartedEventAttributes: attempt } = event;
    if (
      event.workflowExecutionStartedEventAttributes != null ||
      event.workflowExecutionSignaledEventAttributes != null ||
      event.timerStartedEventAttributes != null
    )
      actions++;
    if (attempt != null) actions += attempt.attempt ?? 1;
    if (marker != null) tasksWithMarkers.add(String(marker.workflowTaskCompletedEventId));
  }
  return actions + tasksWithMarkers.size;
}
