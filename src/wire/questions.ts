/**
 * What a Workflow asks about a call before it is scheduled, and what it is told. Imported by both sides; imports neither.
 * The question is not in any history, the answer is: what is added to an answer must be optional.
 */
import { REPORT_DEPENDENCIES, RESOLVE, RESOLVE_ALL, SETTLE_TURN, STORE } from './names';
import { ApplicationFailure, type Payload, type VersioningBehavior } from '@temporalio/common';
import type { Ambiguous, CollectorAddress, Used } from './uses';
import type { Asked } from './asked';
import type { TurnOutcome } from './reservation';
import type { RunReason } from './outcome';

export interface ToResolveAll {
  toResolve: readonly ToResolve[];
  /** Of all values together. */
  mostBytes: number;
}

export interface ToResolve {
  question: Question;
  /** How many arguments it has. */
  args: number;
  /** The names of its headers. */
  headers: readonly string[];
}

export interface DependencyReport {
  reportTo: CollectorAddress;
  used: Used;
}

/** What the plugin registers. */
export const OURS: readonly string[] = [RESOLVE, RESOLVE_ALL, STORE, SETTLE_TURN, REPORT_DEPENDENCIES];

/** For whoever else calls one of them. */
export const notYours = (activityType: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(
    `${activityType} is an Activity of temporal-activity-cache's own: only its Workflow interceptor calls it`,
    'CacheInternalActivityError',
  );

/** A caller of this Workflow's, in line or at its turn, and what became of that. */
export interface ToSettle {
  activityType: string;
  key: string;
  /** The caller's id. */
  id: string;
  outcome: TurnOutcome | 'left';
}

/** A call of an Activity that the Workflow would schedule, of a child Workflow that it would start, or the Workflow itself. */
export interface Question {
  /** Of a Workflow its type. */
  activityType: string;
  /** `''` for the Workflow that asks; of a child its id. */
  activityId: string;
  /** The queue it would go to; undefined: that of the Workflow. */
  taskQueue?: string;
  /** The option `cache` of the call, as given. */
  cache: unknown;
  /** A value that is larger, with its label, is not wanted: the ordinary Activity fetches it. */
  mostBytes: number;
  /** How long an attempt may take, in milliseconds. */
  forMs: number;
  /** What it was told when it asked before. */
  waited?: Waited;
  /** It is a Workflow. */
  workflow?: AskedWorkflow;
  /** Who wants to know what a result that is found has used. */
  reportTo?: CollectorAddress;
}

export interface AskedWorkflow {
  /** Its own code is asking: it may have to wait. Else its parent is, which only looks. */
  own?: OwnWorkflow;
}

export interface OwnWorkflow {
  /** Of its function, for the version; not needed any more to store. */
  source?: string;
  /** What `cachedWorkflow` was given, but for functions. */
  declared?: unknown;
  /** What a function of the user's made of the arguments. */
  tags?: readonly string[];
  /** That function threw: the Workflow is not cached. */
  isBypassed?: boolean;
  /** Names the runs that continue one another, of which this is one. */
  chain?: string;
  /** Of Worker Versioning, where the Workflow's own code says it. */
  versioning?: VersioningBehavior;
}

/** Of a Workflow that runs: under what its result is stored. */
export interface PendingEntry {
  key: string;
  version: string;
  why: RunReason;
  detail?: string;
  tags: readonly string[];
  /** The same where they are made of arguments and there are codecs: as the run that continues this one gets them, in a header. */
  sealedTags?: string;
  ticket: number;
  /** On the store's clock. */
  startedAt: number;
  /** Digests of the key's parts, and of the inputs by path where they may be kept. */
  parts: Readonly<Record<string, string>>;
  inputs?: Readonly<Record<string, string>>;
  /** Instead of `inputs`, where there are codecs. */
  sealedInputs?: string;
  /** Where it began. */
  taskQueue?: string;
  /** The version of a Worker Deployment that it was pinned to when it began. */
  deployment?: string;
  /** It is cached by its code, and so by what it uses. These types were of several versions when it began. */
  ambiguous?: Ambiguous;
  /** What it uses is kept, whether it is cached by its code or has a version; undefined in what older versions told. */
  keepsUses?: true;
  /** Made by the host that told it: whoever may start a Workflow may write headers. */
  proof?: string;
}

/** What a Workflow has returned. */
export interface ToStore {
  question: Question;
  begin: PendingEntry;
  /** Of the run that asked, and of those that continued it. */
  durationMs: number;
  /** Why the value, which is not sent then, is not to be stored. */
  unwanted?: 'cache-if' | 'skipped';
  /** What it used; of one that has a version the results alone; undefined: more than can be kept. */
  used?: Used;
  /** Under what its children told what they used. */
  collector: string;
  /** Names the runs that continue one another, of which this is the last. */
  chain?: string;
  reportTo?: CollectorAddress;
  /** It ends this caller's turn. */
  turnOf?: string;
}

export interface Waited extends Pick<WaitAnswer, 'ticket' | 'saw' | 'holder' | 'epoch' | 'pending'> {
  /** It was woken to look, with all others that waited: it is in line no more. */
  isOut: boolean;
}

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
  /** With `large`, where the call has waited. */
  asked?: Asked;
}

export interface RunAnswer {
  answer: 'run';
  key?: string;
  why?: RunReason;
  /** It has the turn, until its Activity ends it, or of a Workflow its end. */
  granted?: boolean;
  /** Where it has the turn. */
  asked?: Asked;
  /** Of a Workflow. */
  begin?: PendingEntry;
  /** It was to wait, and there is nothing to wait for: it runs without its turn. */
  unreserved?: boolean;
}

/** With what the call knew when it asked first. */
export interface WaitAnswer extends Asked {
  answer: 'wait';
  key: string;
  holder: string;
  /** Of the reservation when it came into line. */
  epoch?: string;
  /** Names a Workflow Task of the reservation that no Worker has ended yet. */
  pending?: string;
  /** Of a Workflow. */
  begin?: PendingEntry;
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

/** The size of what a look-up returns: a small value's label is larger than the value. */
export const bytesOf = ({ metadata, data }: Payload): number =>
  Object.entries(metadata ?? {}).reduce(
    (sum, [name, bytes]) => sum + name.length + bytes.length,
    data?.length ?? 0,
  );

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
