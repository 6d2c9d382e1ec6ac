/** Identifies an Activity that waits for its turn, and sends its heartbeats meanwhile. */
import type { Context, Info } from '@temporalio/activity';
import { type Caller, UNLIMITED_MS } from '../../wire/reservation';

export function callerOf(info: Info, ticket: number): Omit<Caller, 'process'> {
  const { workflowExecution, activityRunId, activityId, attempt, isLocal } = info;
  const { workflowId, runId = activityRunId } = workflowExecution ?? {};
  return {
    id: [workflowId, runId, activityId].filter((part) => part !== undefined).join('/'),
    attempt,
    kind: 'slot',
    workflowId,
    runId,
    activityId,
    isLocal,
    ticket,
    forMs: Math.min(
      UNLIMITED_MS,
      info.startToCloseTimeoutMs || info.scheduleToCloseTimeoutMs || UNLIMITED_MS,
    ),
  };
}

/**
 * The longest interval, whatever the Activity's own timeout is, because heartbeats deliver its
 * cancellation.
 */
const HEARTBEAT_MS = 10_000;

/**
 * Heartbeats while an Activity waits, at least three times within its own heartbeat timeout, with
 * the details that the last attempt left.
 */
export function heartbeatsOf(context: Context): { stop(): void } {
  const { heartbeatTimeoutMs } = context.info;
  const every = Math.min(HEARTBEAT_MS, heartbeatTimeoutMs ? heartbeatTimeoutMs / 3 : HEARTBEAT_MS);
  const timer = setInterval(() => context.heartbeat(context.info.heartbeatDetails), every);
  return { stop: () => clearInterval(timer) };
}
