/** What a call that waits knew when it asked: it decides which results are new enough for it. Tickets tell, no clock does. */
export interface Asked {
  /** Its own ticket. An execution that began later is new enough even for an overwrite. */
  ticket: number;
  /** The ticket of the entry that was there, 0 without one; undefined: not known. */
  saw?: number;
}

/** @param looked - what it saw, and what it drew then */
export const askedBy = ({ saw = 0 }: { saw?: number }, { ticket }: { ticket: number }): Asked => ({
  ticket,
  saw,
});

/**
 * Whether the entry with this ticket was stored after the call had asked. Its execution ended later than that, so the
 * call takes it even if it is expired by now.
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
