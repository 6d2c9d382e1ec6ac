import type { Outcome } from './outcome';
import type { TurnOutcome } from './reservation';

/**
 * What a turn's holder says of it. A value that something newer superseded says nothing against the next caller's: it may try. Nor does one that is
 * not stored because its attempt was cancelled: who waits goes on one by one.
 */
export function turnOutcomeOf(
  { status, reason }: Pick<Outcome, 'status' | 'reason'>,
  cancelled: boolean,
): TurnOutcome {
  if (status === 'stored') return 'stored';
  if (cancelled) return 'failed';
  return reason === 'superseded' ? 'released' : 'unstored';
}
