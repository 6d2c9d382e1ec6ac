/**
 * The messages between callers and a reservation Workflow. Both sides import this module, which
 * imports neither of them. A change that Workflows of the other version cannot follow raises the
 * version, which is part of the task queue, type and id.
 */
import { RESERVATIONS } from './names';

/** The task queue for the reservations of one store. `identity` is the store's own random name. */
export const reservationQueue = (identity: string): string => RESERVATIONS + identity;

/** The prefix of the ids of one store's reservations. */
export const reservationPrefix = (identity: string): string => `${RESERVATIONS}${identity}/`;

/**
 * A readable id, unique for each key: `activity-cache/v1/<identity>/<scope>/<activity>/<key>`.
 * Empty parts are left out.
 */
export const reservationId = (
  identity: string,
  { scope, activityType, key }: { scope: string; activityType: string; key: string },
): string => reservationPrefix(identity) + pathOf(scope, activityType, key);

/** The scope in such an id. */
export function scopeIn(
  id: string,
  identity: string,
  reserved: { activityType: string; key: string },
): string {
  const path = id.slice(reservationPrefix(identity).length);
  const end = path.length - pathOf(reserved.activityType, reserved.key).length;
  return path.slice(0, Math.max(0, end - 1));
}

const pathOf = (...parts: string[]): string =>
  parts
    .flatMap((part) => part.slice(0, 200).split('/'))
    .filter((part) => part !== '')
    .join('/');

/** One Activity execution that wants or holds a turn. */
export interface Caller {
  /** `workflowId/runId/activityId`: the same text, whichever process sends it. */
  id: string;
  attempt: number;
  /**
   * `'slot'`: the Activity is running, and waits in its slot. `'workflow'`: its Workflow waits, and
   * the Activity is not scheduled yet. `'run'`: the caller is a Workflow itself, which waits before
   * it begins.
   */
  kind: 'slot' | 'workflow' | 'run';
  workflowId?: string;
  runId?: string;
  activityId: string;
  isLocal: boolean;
  /**
   * The process that runs the caller, by the name of its lease. Undefined if a lease would prove
   * nothing.
   */
  process?: string;
  /** The ticket that it drew when it missed. */
  ticket: number;
  /** How long its attempt may take, in milliseconds. */
  forMs: number;
}

/**
 * One attempt of a caller. A turn belongs to one attempt, and late messages of a former attempt do
 * not affect the current one.
 */
export type Attempt = Pick<Caller, 'id' | 'attempt'>;

export const attemptOf = ({ id, attempt }: Attempt): string => `${id}#${attempt}`;

/**
 * How a turn ended.
 * - `stored`: there is a value now
 * - `unstored`: the body succeeded, and its value must not be kept
 * - `failed`: the body failed
 * - `released`: the caller gave the turn back, or its value was superseded. This is no failure, and
 *   there is no value.
 */
export type TurnOutcome = 'stored' | 'unstored' | 'failed' | 'released';

export interface Settled extends Attempt {
  outcome: TurnOutcome;
}

/** The verdict for waiting callers: look in the store, or run without a reservation. */
export type Verdict = 'look' | 'run';

/**
 * The memo of a reservation: for people (Temporal's UI), and for callers, which can read it without
 * any Worker.
 */
export interface ReservationMemo {
  key: string;
  activityType: string;
  /** The holder, or the first of several. */
  holder: string;
  /** When that holder got its turn, in ISO 8601. */
  since: string;
  waiting: number;
  /** The number of rounds so far. The first is 1. */
  round: number;
  /** The ticket of the holder. */
  ticket: number;
  /** The attempts that hold the turn and run. */
  holding: string[];
  /** The attempts that hold the turn and have not started yet. */
  promised: string[];
  /** Changes whenever all waiting callers get a verdict. */
  epoch: string;
  verdict?: Verdict;
}

export interface ReservationInput {
  key: string;
  activityType: string;
  /** How old a lease may be, in milliseconds. */
  leaseMs: number;
  /** The number of signals after which a new run begins. */
  signalsPerRun: number;
  /** A random name, unique even among successive reservations of the same key. */
  name: string;
  /** The caller that starts the reservation and holds the first turn. */
  first: Caller;
  /** Whether the host can wake waiting Workflows. Default: the reservation signals each. */
  wakesByHost?: boolean;
  /** How long the run stays open even if there is nothing to do, in milliseconds. Default: 0. */
  openMs?: number;
  /** The state that the run before this one left. */
  state?: ReservationState;
}

/** The state that one run passes to the next. */
export interface ReservationState {
  holding: Held[];
  waiting: Caller[];
  round: number;
  /** The number of consecutive rounds that failed. */
  failures: number;
  /** The number of verdicts so far, each for all waiting callers. */
  told: number;
  verdict?: Verdict;
}

export interface Held extends Caller {
  /** When the turn was granted, in milliseconds since 1970. */
  since: number;
  /**
   * Whether the holder has started. The turn of a Workflow's Activity begins when the Activity
   * does.
   */
  started: boolean;
  /**
   * Set if a message came from what seems to be a former attempt. Then the holder's liveness is
   * checked even though no caller waits.
   */
  doubted?: boolean;
}

/** Whether a turn begins as soon as it is granted. */
export const startsAtOnce = ({ kind }: Caller): boolean => kind !== 'workflow';

/** The initial state of a reservation, with its first holder. */
export const begunBy = (caller: Caller, now: number): ReservationState => ({
  holding: [{ ...caller, since: now, started: startsAtOnce(caller) }],
  waiting: [],
  round: 1,
  failures: 0,
  told: 0,
});

/** The maximum number of waiting callers. Further callers run without a reservation. */
export const MAX_WAITING = 3_000;

/** The maximum size of a new run's input, and of one signal, in bytes. */
export const MAX_BYTES = 1_500_000;
export const CALLERS_PER_SIGNAL = 200;

/** The timeout of an Activity that has none: ten years. */
export const UNLIMITED_MS = 10 * 365 * 24 * 3_600_000;

const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Checks a caller in a signal, which is untrusted. A value that Temporal would reject, such as an
 * invalid timer or run id, would block all other callers.
 */
export function isCaller(value: unknown): value is Caller {
  const { kind, workflowId, runId, activityId, process, ticket, forMs } = (value ?? {}) as Partial<Caller>;
  return (
    isAttempt(value) &&
    (kind === 'slot' || kind === 'workflow' || kind === 'run') &&
    (workflowId === undefined || (typeof workflowId === 'string' && workflowId !== '')) &&
    (runId === undefined || (typeof runId === 'string' && RUN_ID.test(runId))) &&
    typeof activityId === 'string' &&
    (process === undefined || typeof process === 'string') &&
    Number.isFinite(ticket) &&
    Number.isFinite(forMs) &&
    forMs! >= 0 &&
    forMs! <= UNLIMITED_MS
  );
}

export function isAttempt(value: unknown): value is Attempt {
  const { id, attempt } = (value ?? {}) as Partial<Attempt>;
  return typeof id === 'string' && Number.isSafeInteger(attempt);
}

export function isSettled(value: unknown): value is Settled {
  const known: unknown[] = ['stored', 'unstored', 'failed', 'released'] satisfies TurnOutcome[];
  return isAttempt(value) && known.includes((value as Partial<Settled>).outcome);
}
