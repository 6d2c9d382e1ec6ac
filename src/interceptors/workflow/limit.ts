/** A call's own timeouts, which count for its look-up and its waiting as they do for its Activity; and how it fails then. */
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
  /** How long the call may wait in all, in milliseconds; Infinity: as long as it takes. */
  readonly waitMs: number;
  /** How it fails when it has waited for so long: as its Activity would. */
  failure(): Error;
  /** How it fails when its scope is cancelled: as its Activity would. */
  cancelled(): Error;
  /** What is left for the Activity that is to run now. */
  applyTo(input: ActivityInput): ActivityInput;
}

/** Of a Workflow's own run: its timeouts are the server's to enforce. */
export const NO_LIMIT = {
  waitMs: Infinity,
  failure: () => new TimeoutFailure('never', undefined, TimeoutType.SCHEDULE_TO_CLOSE),
  cancelled: () => new CancelledFailure('Cancelled while it was looked up in the cache'),
};

/** Begins now. */
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
      // At least a millisecond: none at all would be no timeout.
      const scheduleToCloseTimeout = Math.max(1, toClose - waited);
      return { ...input, options: { ...input.options, scheduleToCloseTimeout } };
    },
  };
}

/** How long the attempts may take that the retry policy allows, with the pauses between them. */
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

/** More attempts than these last as long as it takes. */
const MAX_COUNTED = 1_000;

const NAMES: Record<string, string> = {
  [TimeoutType.SCHEDULE_TO_CLOSE]: 'ScheduleToClose',
  [TimeoutType.START_TO_CLOSE]: 'StartToClose',
};
