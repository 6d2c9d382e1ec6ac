/**
 * Tickets without a counter: microseconds of the host's clock, and within a process never the same or a lower one.
 *
 * A process follows the highest ticket it meets: what it begins after it saw an entry or a floor is ordered after it, also where its
 * own clock is behind.
 */

/** Of the whole process, whatever stores it has. */
let last = 0;

/** A ticket farther ahead is no ticket: following it would spoil the order for good. */
const AHEAD_US = 3_600_000_000;

export function nextTicket(): number {
  // Three random digits: two processes in one millisecond rarely draw the same.
  last = Math.max(last + 1, Date.now() * 1000 + Math.floor(Math.random() * 1000));
  return last;
}

/** Whether a record's ticket can be one; if so it is followed. */
export function isTicket(given: unknown): given is number {
  if (!Number.isSafeInteger(given) || (given as number) <= 0) return false;
  if ((given as number) > Math.max(last, Date.now() * 1000) + AHEAD_US) return false;
  last = Math.max(last, given as number);
  return true;
}
