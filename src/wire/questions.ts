/**
 * The questions of a Workflow about calls that it has not scheduled yet, and the answers. Workflow
 * code and the host both import this module, which imports neither of them. Questions are not in
 * any history, but answers are: new fields of an answer must be optional.
 */
import { REPORT_DEPENDENCIES, RESOLVE, RESOLVE_ALL, SETTLE_TURN, STORE } from './names';
import { ApplicationFailure, type Payload, type VersioningBehavior } from '@temporalio/common';
import type { Ambiguous, CollectorAddress, Used } from './uses';
import type { Asked } from './asked';
import type { TurnOutcome } from './reservation';
import type { RunReason } from './outcome';

export interface ToResolveAll {
  toResolve: readonly ToResolve[];
  /** The maximum size of all values together, in bytes. */
  mostBytes: number;
}

export interface ToResolve {
  question: Question;
  /** The number of its arguments. */
  args: number;
  /** The names of its headers. */
  headers: readonly string[];
}

export interface DependencyReport {
  reportTo: CollectorAddress;
  used: Used;
}

/** The Activities that the plugin registers. */
export const OURS: readonly string[] = [RESOLVE, RESOLVE_ALL, STORE, SETTLE_TURN, REPORT_DEPENDENCIES];

/** The failure if other code calls one of them. */
export const notYours = (activityType: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(
    `${activityType} is internal to temporal-activity-cache: only its Workflow interceptor may call it`,
    'CacheInternalActivityError',
  );

/** A caller in a Workflow that waits or holds a turn, and how that ended. */
export interface ToSettle {
  activityType: string;
  key: string;
  /** The caller's id. */
  id: string;
  outcome: TurnOutcome | 'left';
}

/**
 * The call in question: an Activity that the Workflow would schedule, a child Workflow that it
 * would start, or the Workflow itself.
 */
export interface Question {
  /** The type of the Activity or Workflow. */
  activityType: string;
  /** The id of the Activity or child. `''` for the Workflow that asks. */
  activityId: string;
  /** The task queue of the call. Undefined: that of the Workflow. */
  taskQueue?: string;
  /** The option `cache` of the call, as given. */
  cache: unknown;
  /**
   * The maximum size of a value with its label, in bytes. A larger value is fetched by the ordinary
   * Activity.
   */
  mostBytes: number;
  /** How long an attempt may take, in milliseconds. */
  forMs: number;
  /** The answer to its last question. */
  waited?: Waited;
  /** Set if the question is about a Workflow. */
  workflow?: AskedWorkflow;
  /** The collector, to which the dependencies of a result that is found are reported. */
  reportTo?: CollectorAddress;
}

export interface AskedWorkflow {
  /**
   * Set if the Workflow itself asks: it may have to wait. Otherwise its parent asks, which does not
   * wait.
   */
  own?: OwnWorkflow;
}

export interface OwnWorkflow {
  /** The source of its function, for the version. Not needed to store the result. */
  source?: string;
  /** The options of `cachedWorkflow`, except functions. */
  declared?: unknown;
  /** The tags that the user's function computed from the arguments. */
  tags?: readonly string[];
  /** Set if that function threw: the Workflow is not cached. */
  isBypassed?: boolean;
  /** Identifies the chain of runs that continue one another, of which this is one. */
  chain?: string;
  /** The behavior for Worker Versioning, if the Workflow's own code sets it. */
  versioning?: VersioningBehavior;
}

/** The entry under which the result of a running Workflow will be stored. */
export interface PendingEntry {
  key: string;
  version: string;
  why: RunReason;
  detail?: string;
  tags: readonly string[];
  /**
   * The encrypted tags, if they are computed from arguments and there are codecs. In a header they
   * replace `tags`.
   */
  sealedTags?: string;
  ticket: number;
  /** The start on the store's clock, in milliseconds since 1970. */
  startedAt: number;
  /** Digests of the key's parts, and of the inputs by path if these may be kept. */
  parts: Readonly<Record<string, string>>;
  inputs?: Readonly<Record<string, string>>;
  /** Replaces `inputs` if there are codecs. */
  sealedInputs?: string;
  /** The task queue on which the Workflow began. */
  taskQueue?: string;
  /** The version of a Worker Deployment to which the Workflow was pinned when it began. */
  deployment?: string;
  /**
   * Set if the Workflow is cached by its code, and so by what it uses: the types that ran in
   * several versions when it began.
   */
  ambiguous?: Ambiguous;
  /**
   * What the Workflow uses is collected, whether it is cached by its code or has a version.
   * Undefined from older versions.
   */
  keepsUses?: true;
  /**
   * The signature of the host that made this entry, because any client that can start a Workflow
   * may write headers.
   */
  proof?: string;
}

/** The result of a Workflow. */
export interface ToStore {
  question: Question;
  begin: PendingEntry;
  /** The duration of the run that asked and of the runs that continued it. */
  durationMs: number;
  /** Why the value must not be stored. It is not sent in this case. */
  unwanted?: 'cache-if' | 'skipped';
  /**
   * What the Workflow used. If it has a version of its own, only results. Undefined: more than can
   * be kept.
   */
  used?: Used;
  /** The name under which its children reported what they used. */
  collector: string;
  /** Identifies the chain of runs that continue one another, of which this is the last. */
  chain?: string;
  reportTo?: CollectorAddress;
  /** The caller whose turn this ends. */
  turnOf?: string;
}

export interface Waited extends Pick<WaitAnswer, 'ticket' | 'saw' | 'holder' | 'epoch' | 'pending'> {
  /** The call was woken to look, with all others that waited, so it is no longer queued. */
  isOut: boolean;
}

/**
 * The answer if there is no value to return.
 * - `run`: the Activity must run
 * - `large`: there is a value, which is too large for the answer
 * - `wait`: another call computes the value
 * - `unknown`: this Worker does not know how the Activity is cached, but the Activity's own Worker
 *   does
 * - `bypassed`: the call is not cached or has no key. The Activity's own Worker reports the reason.
 */
export type Answer = RunAnswer | WaitAnswer | OtherAnswer;

export interface OtherAnswer {
  answer: 'large' | 'unknown' | 'bypassed';
  key?: string;
  /** Set with `large` if the call has waited. */
  asked?: Asked;
}

export interface RunAnswer {
  answer: 'run';
  key?: string;
  why?: RunReason;
  /**
   * The caller holds the reservation until its Activity settles it. A Workflow holds it until the
   * run ends.
   */
  granted?: boolean;
  /** Set if the caller holds the reservation. */
  asked?: Asked;
  /** Set for a Workflow. */
  begin?: PendingEntry;
  /** The call should wait, but there is nothing to wait for, so it runs without its turn. */
  unreserved?: boolean;
}

/** Includes what the call knew when it first asked. */
export interface WaitAnswer extends Asked {
  answer: 'wait';
  key: string;
  /** The call that waits, for readers of the history. Undefined from older versions. */
  of?: { activityType: string; activityId: string };
  /** The id of the caller that has the turn. */
  holder: string;
  /** The epoch of the reservation when the call was queued. */
  epoch?: string;
  /** Identifies a Workflow Task of the reservation that no Worker has completed yet. */
  pending?: string;
  /** Set for a Workflow. */
  begin?: PendingEntry;
  /** How long the call waits, in milliseconds. Undefined: without a limit. */
  waitMs?: number;
}

const ANSWERS: readonly unknown[] = [
  'run',
  'large',
  'wait',
  'unknown',
  'bypassed',
] satisfies Answer['answer'][];

/** Converts the result of a look-up. An invalid answer means that the Activity must run. */
export function toAnswer(value: unknown): Answer {
  const { answer, key, holder, ticket, waitMs } = (value ?? {}) as Partial<WaitAnswer>;
  const waits =
    [key, holder].every(isText) &&
    Number.isFinite(ticket) &&
    (waitMs === undefined || Number.isFinite(waitMs));
  const known =
    ANSWERS.includes(answer) && (key === undefined || isText(key)) && (answer !== 'wait' || waits);
  return known ? (value as Answer) : { answer: 'run' };
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/**
 * The size of a look-up's answer in bytes. It counts metadata too, because the label of a small
 * value is larger than the value.
 */
export const bytesOf = ({ metadata, data }: Payload): number =>
  Object.entries(metadata ?? {}).reduce(
    (sum, [name, bytes]) => sum + name.length + bytes.length,
    data?.length ?? 0,
  );

/** Checks a question that arrives at the host. */
export function isQuestion(value: unknown): value is Question {
  const { activityType, activityId, mostBytes, forMs } = (value ?? {}) as Partial<Question>;
  return (
    typeof activityType === 'string' &&
    typeof activityId === 'string' &&
    Number.isFinite(mostBytes) &&
    Number.isFinite(forMs)
  );
}
