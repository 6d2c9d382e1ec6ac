/**
 * What a cached Workflow passes to the run that continues it. The result is stored under the key of
 * the first run's arguments.
 */
import type { Payload } from '@temporalio/common';
import type { CollectorAddress, Used } from './uses';
import { readJson, writeJson } from './headers';
import type { PendingEntry, Question } from './questions';

export interface Continuation {
  /** The run that passes it on. */
  from?: string;
  question: Question;
  begin: PendingEntry;
  /** How long the runs before this one took, in milliseconds. */
  ranMs: number;
  /**
   * What the runs before this one used. `collector` is the name under which their children
   * reported.
   */
  used?: Used;
  collector: string;
  reportTo?: CollectorAddress;
  /**
   * The id of the caller as which the run holds the reservation. Undefined if it does not hold it.
   */
  turnOf?: string;
}

/**
 * Omits the source of the function, because the pending entry already has its version. Tags that
 * codecs have sealed stay sealed.
 */
export function writeContinuation({ question, begin, ...continuation }: Continuation): Payload {
  const declared = question.workflow?.own?.declared;
  return writeJson({
    ...continuation,
    begin: begin.sealedTags !== undefined ? { ...begin, tags: [] } : begin,
    question: { ...question, waited: undefined, workflow: { own: { declared } } },
  });
}

/**
 * The continuation that the run before passed on. A retry starts with the same headers and resumes
 * too, but without the turn, which the failure has ended. A run that continues no other run has
 * none, whatever its headers contain.
 */
export function continuationOf(
  payload: Payload | null | undefined,
  { continuedFromExecutionRunId }: { continuedFromExecutionRunId?: string },
): Continuation | undefined {
  if (!continuedFromExecutionRunId) return undefined;
  const continuation = readContinuation(payload);
  if (continuation === undefined || continuation.from === continuedFromExecutionRunId) return continuation;
  return { ...continuation, turnOf: undefined };
}

/** Never throws: an unreadable header is ignored, and the run is treated as any other run. */
function readContinuation(payload: Payload | null | undefined): Continuation | undefined {
  const continuation = (readJson(payload) ?? {}) as Partial<Continuation>;
  const { question, begin, ranMs, collector } = continuation;
  const known =
    typeof question === 'object' &&
    question !== null &&
    typeof begin?.key === 'string' &&
    Number.isFinite(ranMs) &&
    typeof collector === 'string';
  return known ? (continuation as Continuation) : undefined;
}
