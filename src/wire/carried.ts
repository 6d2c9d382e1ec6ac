/** What a cached Workflow hands to the run that continues it: the result is stored under the key of the first one's arguments. */
import type { Payload } from '@temporalio/common';
import type { ReportTo, Used } from './uses';
import { readJson, writeJson } from './headers';
import type { Begin, Question } from './questions';

export const WHOLE = 'activity-cache-whole';

export interface Carried {
  /** The run that hands it on. */
  from?: string;
  question: Question;
  begin: Begin;
  /** How long the runs before this one took. */
  ranMs: number;
  /** What the runs before this one used, and under what their children told it. */
  used?: Used;
  recorder: string;
  reportTo?: ReportTo;
  /** It has the turn, as this caller. */
  turnOf?: string;
}

/** Without the function's source: what is stored has its version already. Tags that codecs have sealed stay so. */
export function writeCarried({ question, begin, ...carried }: Carried): Payload {
  const declared = question.workflow?.own?.declared;
  return writeJson({
    ...carried,
    begin: begin.sealedTags !== undefined ? { ...begin, tags: [] } : begin,
    question: { ...question, waited: undefined, workflow: { own: { declared } } },
  });
}

/**
 * What the run before has handed on. A retry begins with the same headers: it goes on too, without the turn, which the failure has ended. A
 * run that continues none was handed nothing, whatever its headers say.
 */
export function carriedBy(
  payload: Payload | null | undefined,
  { continuedFromExecutionRunId }: { continuedFromExecutionRunId?: string },
): Carried | undefined {
  if (!continuedFromExecutionRunId) return undefined;
  const carried = readCarried(payload);
  if (carried === undefined || carried.from === continuedFromExecutionRunId) return carried;
  return { ...carried, turnOf: undefined };
}

/** Never throws: what is not readable says nothing, and the run is as any other. */
function readCarried(payload: Payload | null | undefined): Carried | undefined {
  const carried = (readJson(payload) ?? {}) as Partial<Carried>;
  const { question, begin, ranMs, recorder } = carried;
  const known =
    typeof question === 'object' &&
    question !== null &&
    typeof begin?.key === 'string' &&
    Number.isFinite(ranMs) &&
    typeof recorder === 'string';
  return known ? (carried as Carried) : undefined;
}
