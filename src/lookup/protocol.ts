/**
 * What a Workflow asks about a call before it is scheduled, and what it is told. Imported by both sides; imports neither.
 * The question is not in any history, the answer is: what is added to an answer must be optional.
 */
import type { Payload } from '@temporalio/common';
import type { RunReason } from '../status';

/** The local Activity that answers. Its first argument is the question, the others are those of the call. */
export const RESOLVE = 'activity-cache.resolve';

/** A call of an Activity that the Workflow would schedule. */
export interface Question {
  activityType: string;
  activityId: string;
  /** The queue it would go to; undefined: that of the Workflow. */
  taskQueue?: string;
  /** The option `cache` of the call, as given. */
  cache: unknown;
  /** Of a value that is larger only its size is wanted: the ordinary Activity fetches it. */
  mostBytes: number;
  /** How long an attempt may take, in milliseconds. */
  forMs: number;
  /** What it was told when it asked before. */
  waited?: Waited;
}

export type Waited = Pick<WaitAnswer, 'ticket' | 'holder' | 'epoch' | 'pending'>;

/**
 * What is told where there is no value to return.
 * - `run`: the Activity is to run
 * - `large`: there is a value, too large for here
 * - `wait`: another call computes it
 * - `unknown`: this Worker does not know how the Activity is cached; the Activity's own does
 * - `bypassed`: not cached, or not keyable: the Activity's own Worker says why
 */
export type Answer = RunAnswer | WaitAnswer | OtherAnswer;

export interface OtherAnswer {
  answer: 'large' | 'unknown' | 'bypassed';
  key?: string;
}

export interface RunAnswer {
  answer: 'run';
  key?: string;
  why?: RunReason;
  /** It has the turn of this reservation, until its Activity ends it. */
  granted?: string;
  /** It was to wait, and there is nothing to wait for: it runs without its turn. */
  alone?: boolean;
}

export interface WaitAnswer {
  answer: 'wait';
  key: string;
  /** The id of the Workflow that will signal. */
  reservation: string;
  holder: string;
  /** Of this call: what began after it is new enough even for an overwrite. */
  ticket: number;
  /** Of the reservation when it came into line. */
  epoch?: string;
  /** Names a Workflow Task of the reservation that no Worker has ended yet. */
  pending?: string;
  /** So long it waits, in milliseconds; undefined: as long as it takes. */
  waitMs?: number;
}

const ANSWERS: readonly unknown[] = [
  'run',
  'large',
  'wait',
  'unknown',
  'bypassed',
] satisfies Answer['answer'][];

/** Whatever a look-up returned: what is no answer means that the Activity is to run. */
export function toAnswer(value: unknown): Answer {
  const { answer, key, reservation, holder, ticket } = (value ?? {}) as Partial<WaitAnswer>;
  const waits = [key, reservation, holder].every((text) => typeof text === 'string' && text !== '');
  const known = ANSWERS.includes(answer) && (answer !== 'wait' || (waits && Number.isFinite(ticket)));
  return known ? (value as Answer) : { answer: 'run' };
}

/** The size of what a look-up returns. */
export const bytesOf = ({ data }: Payload): number => data?.length ?? 0;

/** Of a question that arrives at the host. */
export function isQuestion(value: unknown): value is Question {
  const { activityType, activityId, mostBytes, forMs } = (value ?? {}) as Partial<Question>;
  return (
    typeof activityType === 'string' &&
    typeof activityId === 'string' &&
    Number.isFinite(mostBytes) &&
    Number.isFinite(forMs)
  );
}
