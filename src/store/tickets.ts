/**
 * Counters of tickets keep up with the time, in microseconds. So a store that was restored from a
 * backup draws above all that it drew before, and a ticket above the counter is not one of the
 * store's own. Order still depends on no clock, because a counter only rises.
 */

/** A ticket of the year 2112. A later clock is wrong, and no counter follows it. */
export const LATEST = 2 ** 52;

/** @param last - the ticket that was drawn last */
export const ticketAfter = (last: number, nowMs: number): number =>
  Math.max(last + 1, Math.min(Math.floor(nowMs * 1000), LATEST));
