/**
 * What callers and a reservation Workflow say to each other. Imported by both sides; imports neither.
 * A change that Workflows of the other version could not follow raises the version: it is in queue, type and id.
 */
import { RESERVATIONS } from './names';

/** Where the reservations of one store are worked on. `identity` is the store's own random name. */
export const reservationQueue = (identity: string): string => RESERVATIONS + identity;

/** How the ids of one store's reservations begin. */
export const reservationPrefix = (identity: string): string => `${RESERVATIONS}${identity}/`;

/** Readable, and one for each key: `activity-cache/v1/<identity>/<scope>/<activity>/<key>`. */
export const reservationId = (
  identity: string,
  { scope, activityType, key }: { scope: string; activityType: string; key: string },
): string => reservationPrefix(identity) + [scope.slice(0, 200), activityType.slice(0, 200), key].join('/');

/** One Activity execution that wants, or has, the turn. */
export interface Caller {
  /** `workflowId/runId/activityId`: the same text whoever speaks for it. */
  id: string;
  attempt: number;
  /**
   * `'slot'`: it is running and waits in its slot. `'workflow'`: its Workflow waits, the Activity is not scheduled yet. `'run'`: it is a
   * Workflow itself that is computed, and waits before it begins.
   */
  kind: 'slot' | 'workflow' | 'run';
  workflowId?: string;
  runId?: string;
  activityId: string;
  isLocal: boolean;
  /** The process that runs it, by the name of its lease; undefined where that proves nothing. */
  process?: string;
  /** What it drew when it missed. */
  ticket: number;
  /** How long its attempt may take, in milliseconds. */
  forMs: number;
}

/** One attempt of a caller: a turn is one attempt's, and what a former attempt says late is not the present one's. */
export type Attempt = Pick<Caller, 'id' | 'attempt'>;

export const attemptOf = ({ id, attempt }: Attempt): string => `${id}#${attempt}`;

/**
 * How a turn ended.
 * - `stored`: there is a value now
 * - `unstored`: it ran well, and its value is not to be kept
 * - `failed`: the body failed
 * - `again`: it gave the turn back, or its value was superseded: no failure, and no value either
 */
export type TurnOutcome = 'stored' | 'unstored' | 'failed' | 'released';

export interface Settled extends Attempt {
  outcome: TurnOutcome;
}

/** What those who waited are told: look in the store, or run without a reservation. */
export type Verdict = 'look' | 'run';

/** The memo of a reservation: for people (Temporal's UI), and for callers, who need no Worker to read it. */
export interface ReservationMemo {
  key: string;
  activityType: string;
  /** Who has the turn, or the first of them. */
  holder: string;
  /** ISO 8601. */
  since: string;
  waiting: number;
  /** How many rounds began; the first is 1. */
  round: number;
  /** The holder's. */
  ticket: number;
  /** The attempts that have the turn, and run. */
  holding: string[];
  /** The attempts that have the turn, and did not start yet. */
  promised: string[];
  /** Differs whenever everybody who waited was told the verdict. */
  epoch: string;
  verdict?: Verdict;
}

export interface ReservationInput {
  key: string;
  activityType: string;
  /** How long a sign of life is good for. */
  leaseMs: number;
  /** After how many signals a new run begins. */
  signalsPerRun: number;
  /** Random: no two reservations share it, one after the other of the same key. */
  name: string;
  /** Who begins it, and has the turn. */
  first: Caller;
  /** What the run before this one has left. */
  state?: ReservationState;
}

/** All there is to carry from one run to the next. */
export interface ReservationState {
  holding: Held[];
  waiting: Caller[];
  round: number;
  /** Rounds in a row that failed. */
  failures: number;
  /** How often everybody who waited was told. */
  told: number;
  verdict?: Verdict;
}

export interface Held extends Caller {
  /** Milliseconds since 1970. */
  since: number;
  /** The turn of a Workflow's Activity begins when the Activity does. */
  started: boolean;
  /** Somebody spoke for it who seems to be a former attempt: it is asked for a sign of life, though nobody waits. */
  doubted?: boolean;
}

/** Whether a turn that is given now has begun. */
export const startsAtOnce = ({ kind }: Caller): boolean => kind !== 'workflow';

/** A reservation that begins with its first holder. */
export const begunBy = (caller: Caller, now: number): ReservationState => ({
  holding: [{ ...caller, since: now, started: startsAtOnce(caller) }],
  waiting: [],
  round: 1,
  failures: 0,
  told: 0,
});

/** Further callers run without a reservation. */
export const MAX_WAITING = 3_000;

/** A new run's input, and one signal, hold no more than this. */
export const MAX_BYTES = 1_500_000;
export const CALLERS_PER_SIGNAL = 200;

/** The timeout of an Activity that has none: ten years. */
export const UNLIMITED_MS = 10 * 365 * 24 * 3_600_000;

const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Signals may come from anybody: what Temporal would refuse, a timer of no time or a run of no name, would keep all others waiting. */
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
