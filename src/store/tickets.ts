/**
 * Counters of tickets keep up with the time, in microseconds. A place that is put back to what it was, as from a backup, so draws above all that it
 * drew until then; and a ticket above its counter is none of its own. Order depends on no clock: a counter only rises.
 */

/** Of the year 2112. A clock beyond it is wrong, and no counter follows it. */
export const LATEST = 2 ** 52;

/** @param last - the ticket that was drawn last */
export const ticketAfter = (last: number, nowMs: number): number =>
  Math.max(last + 1, Math.min(Math.floor(nowMs * 1000), LATEST));
