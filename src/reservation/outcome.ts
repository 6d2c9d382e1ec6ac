import type { Outcome } from '../status';
import type { TurnOutcome } from './protocol';

/** What a turn's holder says of it. A value that something newer superseded says nothing against the next caller's: it may try. */
export function turnOutcomeOf({ status, reason }: Pick<Outcome, 'status' | 'reason'>): TurnOutcome {
  if (status === 'stored') return 'stored';
  return reason === 'superseded' ? 'again' : 'unstored';
}
