/** One call in the history of a run, and what an event says of it. */
import { type Payload, tsToMs } from '@temporalio/common';
import type { HistoryEvent } from './history';

export type CallEnd = 'completed' | 'failed' | 'timed out' | 'canceled' | 'terminated';

/** Times are in milliseconds since 1970. */
export interface RunCall {
  kind: 'Activity' | 'local Activity' | 'child Workflow';
  activityType: string;
  /** The id of the Activity, or of the child Workflow. */
  activityId: string;
  scheduledMs: number;
  /** The start of the last attempt. A history has it when that attempt has ended. */
  startedMs?: number;
  endedMs?: number;
  /** Undefined while the call is running. */
  end?: CallEnd;
  /** The number of the last attempt, from 1. */
  attempt?: number;
  /** The message of the failure that ended the call, or of the attempt before the last one. */
  failure?: string;
  /** The result as the history contains it, still encoded by the codecs. */
  result?: Payload | null;
  /** The run of a child Workflow. */
  runId?: string;
}

/** What an event says of the call that an earlier event, named by its id, has scheduled. */
export type Change = Partial<RunCall> & { id: string };

/** The time of an event in milliseconds since 1970. */
export const timeOf = ({ eventTime }: HistoryEvent): number => tsToMs(eventTime);

export const messageIn = ({ failure }: WithFailure): Pick<RunCall, 'failure'> =>
  failure?.message ? { failure: failure.message } : {};

interface WithFailure {
  failure?: { message?: string | null } | null;
}
