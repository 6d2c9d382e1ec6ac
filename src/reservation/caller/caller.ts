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

/** The details while an Activity waits, which Temporal's UI shows beside a pending Activity. */
const WAITS = 'cache waits · for ';

export interface Heartbeats {
  /** Called with the id of the caller that holds the turn. */
  behind(holder: string): void;
  stop(): void;
}

/**
 * Heartbeats while an Activity waits, at least three times within its own heartbeat timeout, with
 * the details that the last attempt left. If it left none, they say for whom the Activity waits,
 * until it does not wait any more.
 */
export function heartbeatsOf(context: Context): Heartbeats {
  const { heartbeatTimeoutMs } = context.info;
  const heartbeatDetails: unknown = context.info.heartbeatDetails;
  const every = Math.min(HEARTBEAT_MS, heartbeatTimeoutMs ? heartbeatTimeoutMs / 3 : HEARTBEAT_MS);
  let details: unknown = heartbeatDetails;
  const change = (to: string | undefined) => {
    if (heartbeatDetails !== undefined || details === to) return;
    details = to;
    context.heartbeat(details);
  };
  const timer = setInterval(() => context.heartbeat(details), every);
  return {
    behind: (holder) => change(`${WAITS}${holder}`),
    stop() {
      clearInterval(timer);
      change(undefined);
    },
  };
}

/**
 * Removes such details from an attempt whose predecessor was lost while it waited. They are not
 * those of the Activity.
 */
export function forgetWait(info: { heartbeatDetails?: unknown }): void {
  const { heartbeatDetails: left } = info;
  if (typeof left === 'string' && left.startsWith(WAITS)) info.heartbeatDetails = undefined;
}
