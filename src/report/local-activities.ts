/**
 * Local Activities in a history. A marker has the time of completion on the Workflow's clock, and
 * the time of scheduling on the Worker's clock. The duration is made from the Workflow's clock,
 * because the two may differ.
 */
import { defaultPayloadConverter } from '@temporalio/common';
import type { HistoryEvent } from './history';
import { type RunCall, timeOf } from './run-call';

const LOCAL_ACTIVITY = 'core_local_activity';
/** A Worker keeps a Workflow Task alive for seconds. Clocks are assumed to differ by less. */
const MAX_CLOCK_DIFFERENCE_MS = 2_000;

interface Timestamp {
  seconds?: number;
  nanos?: number;
}

/** The data of a marker, as the SDK's core writes it. */
interface MarkerData {
  activity_type?: string;
  activity_id?: string;
  attempt?: number;
  complete_time?: Timestamp | null;
  original_schedule_time?: Timestamp | null;
}

export class LocalActivities {
  /** The starts of the Workflow Tasks so far. */
  private readonly tasks: number[] = [];
  /** Ends since the last Workflow Task began, on the clocks of the Worker and of the Workflow. */
  private earlier: { doneMs: number; endedMs: number }[] = [];

  /** @returns the local Activity that the event ends */
  next(event: HistoryEvent): RunCall | undefined {
    if (event.workflowTaskStartedEventAttributes) {
      this.tasks.push(timeOf(event));
      this.earlier = [];
    }
    const marker = event.markerRecordedEventAttributes;
    if (marker?.markerName !== LOCAL_ACTIVITY) return undefined;
    const payload = marker.details?.data?.payloads?.[0];
    const data = payload ? defaultPayloadConverter.fromPayload<MarkerData>(payload) : {};
    return {
      kind: 'local Activity',
      activityType: data.activity_type ?? '',
      activityId: data.activity_id ?? '',
      ...this.timesOf(data, timeOf(event)),
      attempt: data.attempt ?? 1,
      end: marker.failure ? 'failed' : 'completed',
      ...(marker.failure?.message && { failure: marker.failure.message }),
      result: marker.details?.result?.payloads?.[0],
    };
  }

  private timesOf(data: MarkerData, recordedMs: number): Pick<RunCall, 'scheduledMs' | 'endedMs'> {
    const endedMs = msOf(data.complete_time) ?? recordedMs;
    const onWorkerMs = msOf(data.original_schedule_time);
    if (onWorkerMs === undefined) return { scheduledMs: endedMs, endedMs };
    const began =
      this.tasks.findLast((ms) => ms <= onWorkerMs + MAX_CLOCK_DIFFERENCE_MS) ?? this.tasks[0] ?? endedMs;
    // The Workflow's clock stands at the end of the last local Activity that was done before.
    const before = this.earlier.filter(({ doneMs }) => doneMs <= onWorkerMs).map((other) => other.endedMs);
    const scheduledMs = Math.min(endedMs, Math.max(began, ...before));
    this.earlier.push({ doneMs: onWorkerMs + (endedMs - scheduledMs), endedMs });
    return { scheduledMs, endedMs };
  }
}

const msOf = (time: Timestamp | null | undefined): number | undefined =>
  time?.seconds === undefined ? undefined : time.seconds * 1000 + (time.nanos ?? 0) / 1e6;
