/** The Activities that completed in a history, including local Activities. */
import { defaultPayloadConverter, type Payload, type tsToMs } from '@temporalio/common';
import type { HistoryEvent } from './history';

export interface CompletedActivity {
  activityType: string;
  activityId: string;
  isLocal: boolean;
  completedAt: Parameters<typeof tsToMs>[0];
  /** The result as the history contains it, still encoded by the codecs. */
  result: Payload | null | undefined;
}

const LOCAL_ACTIVITY = 'core_local_activity';

export async function* completedActivities(
  events: AsyncIterable<HistoryEvent>,
): AsyncGenerator<CompletedActivity> {
  const scheduled = new Map<string, { activityType: string; activityId: string }>();
  for await (const event of events) {
    const scheduling = event.activityTaskScheduledEventAttributes;
    if (scheduling) {
      const { activityType, activityId } = scheduling;
      scheduled.set(String(event.eventId), {
        activityType: activityType?.name ?? '',
        activityId: activityId ?? '',
      });
    }
    const completion = event.activityTaskCompletedEventAttributes;
    const of = completion && scheduled.get(String(completion.scheduledEventId));
    if (of)
      yield { ...of, isLocal: false, completedAt: event.eventTime, result: completion.result?.payloads?.[0] };

    const marker = event.markerRecordedEventAttributes;
    if (marker?.markerName === LOCAL_ACTIVITY && !marker.failure) {
      const data = marker.details?.data?.payloads?.[0];
      const { activity_type: activityType = '', activity_id: activityId = '' } = data
        ? defaultPayloadConverter.fromPayload<{ activity_type?: string; activity_id?: string }>(data)
        : {};
      yield {
        activityType,
        activityId,
        isLocal: true,
        completedAt: event.eventTime,
        result: marker.details?.result?.payloads?.[0],
      };
    }
  }
}
