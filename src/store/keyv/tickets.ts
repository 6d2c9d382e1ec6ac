/**
 * Tickets without a counter: microseconds of the host's clock. Within a process each is higher than
 * the last.
 *
 * A process follows the highest ticket that it reads. So an execution that begins after its process
 * read an entry or a floor has a higher ticket, even if the clock of its host is behind.
 */

/** The last ticket of this process, for all its stores. */
let last = 0;

/** A ticket farther ahead of the clock is invalid: following it would spoil the order for good. */
const AHEAD_US = 3_600_000_000;

export function nextTicket(): number {
  // The last three digits are random, so that two processes rarely draw the same ticket in one
  // millisecond.
  last = Math.max(last + 1, Date.now() * 1000 + Math.floor(Math.random() * 1000));
  return last;
}

/** Whether the ticket of a record is valid. If so, later tickets are above it. */
export function isTicket(given: unknown): given is number {
  if (!Number.isSafeInteger(given) || (given as number) <= 0) return false;
  if ((given as number) > Math.max(last, Date.now() * 1000) + AHEAD_US) return false;
  last = Math.max(last, given as number);
  return true;
}
