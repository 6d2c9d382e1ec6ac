/** What a cached Workflow hands to the run that continues it: the result is stored under the key of the first one's arguments. */
import type { Payload } from '@temporalio/common';
import type { CollectorAddress, Used } from './uses';
import { readJson, writeJson } from './headers';
import type { PendingEntry, Question } from './questions';

export interface Continuation {
  /** The run that hands it on. */
  from?: string;
  question: Question;
  begin: PendingEntry;
  /** How long the runs before this one took. */
  ranMs: number;
  /** What the runs before this one used, and under what their children told it. */
  used?: Used;
  collector: string;
  reportTo?: CollectorAddress;
  /** It has the turn, as this caller. */
  turnOf?: string;
}

/** Without the function's source: what is stored has its version already. Tags that codecs have sealed stay so. */
export function writeContinuation({ question, begin, ...continuation }: Continuation): Payload {
  const declared = question.workflow?.own?.declared;
  return writeJson({
    ...continuation,
    begin: begin.sealedTags !== undefined ? { ...begin, tags: [] } : begin,
    question: { ...question, waited: undefined, workflow: { own: { declared } } },
  });
}

/**
 * What the run before has handed on. A retry begins with the same headers: it goes on too, without the turn, which the failure has ended. A
 * run that continues none was handed nothing, whatever its headers say.
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

/** Never throws: what is not readable says nothing, and the run is as any other. */
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
