/**
 * What a waiting call knew when it asked. It decides which results are new enough for the call, by
 * tickets and not by any clock.
 */
export interface Asked {
  /** The call's own ticket. An execution that began later is new enough even for an overwrite. */
  ticket: number;
  /** The ticket of the entry that was there, or 0 without one. Undefined: not known. */
  saw?: number;
}

/** @param looked - the entry's ticket that the look-up saw, and the ticket that it drew */
export const askedBy = ({ saw = 0 }: { saw?: number }, { ticket }: { ticket: number }): Asked => ({
  ticket,
  saw,
});

/**
 * Whether the entry with this ticket was stored after the call had asked. Its execution ended later
 * than that, so the call takes it even if it has expired by now.
 */
export const isAwaited = (ticket: number, asked: Asked | undefined): boolean =>
  asked?.saw !== undefined && ticket > asked.saw;

/** Whether the execution of the entry with this ticket began after the call had asked. */
export const beganAfter = (ticket: number, asked: Asked | undefined): boolean =>
  asked !== undefined && ticket > asked.ticket;

export function isAsked(value: unknown): value is Asked {
  const { ticket, saw = 0 } = (value ?? {}) as Partial<Asked>;
  return Number.isFinite(ticket) && Number.isFinite(saw);
}
