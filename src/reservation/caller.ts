/** An Activity that waits for its turn: who it is, and that it is still there. */
import type { Context, Info } from '@temporalio/activity';
import type { Caller } from './protocol';

/** Of an Activity without a limit. */
const LONGEST_MS = 10 * 365 * 24 * 3_600_000;

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
    forMs: info.startToCloseTimeoutMs || info.scheduleToCloseTimeoutMs || LONGEST_MS,
  };
}

/** Of an Activity without a heartbeat timeout: heartbeats bring the news that it is cancelled. */
const HEARTBEAT_MS = 10_000;

/** While it waits an Activity heartbeats as often as its own timeout asks for, with the details that the last attempt left. */
export function heartbeatsOf(context: Context): { stop(): void } {
  const { heartbeatTimeoutMs } = context.info;
  const every = heartbeatTimeoutMs ? heartbeatTimeoutMs / 3 : HEARTBEAT_MS;
  const timer = setInterval(() => context.heartbeat(context.info.heartbeatDetails), every);
  return { stop: () => clearInterval(timer) };
}
