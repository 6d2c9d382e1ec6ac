/**
 * The timeouts of a call, which apply to its look-up and its waiting as they do to its Activity,
 * and the errors with which it fails.
 */
import {
  ActivityFailure,
  CancelledFailure,
  msOptionalToNumber,
  RetryState,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import type { ActivityInput } from '@temporalio/workflow';

type Options = ActivityInput['options'];

export interface Limit {
  /** How long the call may wait in total, in milliseconds. Infinity: without a limit. */
  readonly waitMs: number;
  /** The error after `waitMs`, as the Activity itself would fail. */
  failure(): Error;
  /** The error when the call's scope is cancelled, as the Activity itself would fail. */
  cancelled(): Error;
  /** Reduces the timeout of the Activity by the time already spent. */
  applyTo(input: ActivityInput): ActivityInput;
}

/** The limit for the run of a Workflow itself: the server enforces its timeouts. */
export const NO_LIMIT = {
  waitMs: Infinity,
  failure: () => new TimeoutFailure('never', undefined, TimeoutType.SCHEDULE_TO_CLOSE),
  cancelled: () => new CancelledFailure('Cancelled while it was looked up in the cache'),
};

/** Starts to measure when it is called. */
export function limitOf(options: Options, activityType: string, activityId: string): Limit {
  const began = Date.now();
  const toClose = msOptionalToNumber(options.scheduleToCloseTimeout) || Infinity;
  const ofAttempts = msOfAttempts(options);
  const waitMs = Math.min(toClose, ofAttempts);
  const failed = (message: string, state: RetryState, cause: Error) =>
    new ActivityFailure(message, activityType, activityId, state, undefined, cause);
  return {
    waitMs,
    failure: () => {
      const [type, state] =
        toClose <= ofAttempts
          ? [TimeoutType.SCHEDULE_TO_CLOSE, RetryState.TIMEOUT]
          : [TimeoutType.START_TO_CLOSE, RetryState.MAXIMUM_ATTEMPTS_REACHED];
      const cause = new TimeoutFailure(`activity ${NAMES[type]} timeout`, undefined, type);
      return failed('Activity task timed out', state, cause);
    },
    cancelled: () => {
      const cause = new CancelledFailure('Activity cancelled');
      return failed('Activity cancelled', RetryState.CANCEL_REQUESTED, cause);
    },
    applyTo: (input) => {
      const waited = Date.now() - began;
      if (waited === 0 || toClose === Infinity) return input;
      // At least one millisecond, because zero would mean no timeout.
      const scheduleToCloseTimeout = Math.max(1, toClose - waited);
      return { ...input, options: { ...input.options, scheduleToCloseTimeout } };
    },
  };
}

/**
 * How long all attempts that the retry policy allows may take, with the pauses between them, in
 * milliseconds.
 */
function msOfAttempts({ startToCloseTimeout, retry = {} }: Options): number {
  const { maximumAttempts = Infinity, backoffCoefficient = 2 } = retry;
  const attemptMs = msOptionalToNumber(startToCloseTimeout) || Infinity;
  if (attemptMs === Infinity || maximumAttempts > MAX_COUNTED) return Infinity;
  let pauseMs = msOptionalToNumber(retry.initialInterval) ?? 1_000;
  const longestMs = msOptionalToNumber(retry.maximumInterval) ?? 100 * pauseMs;
  let ms = attemptMs;
  for (let attempt = 1; attempt < maximumAttempts; attempt++) {
    ms += Math.min(longestMs, pauseMs) + attemptMs;
    pauseMs *= backoffCoefficient;
  }
  return ms;
}

/** With more attempts than this the wait has no limit. */
const MAX_COUNTED = 1_000;

const NAMES: Record<string, string> = {
  [TimeoutType.SCHEDULE_TO_CLOSE]: 'ScheduleToClose',
  [TimeoutType.START_TO_CLOSE]: 'StartToClose',
};
