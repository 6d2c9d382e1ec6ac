import type { Outcome } from './outcome';
import type { TurnOutcome } from './reservation';

/**
 * How the holder's turn ended, from what became of its value. A value that was superseded does not
 * affect the next caller, which may try. Neither does a value that is not stored because its
 * attempt was cancelled: then the waiting callers get their turns one by one.
 */
export function turnOutcomeOf(
  { status, reason }: Pick<Outcome, 'status' | 'reason'>,
  cancelled: boolean,
): TurnOutcome {
  if (status === 'stored') return 'stored';
  if (cancelled) return 'failed';
  return reason === 'superseded' ? 'released' : 'unstored';
}
