/**
 * The counter of tickets: a sequence, and a number that is added to it and kept among the floors. A
 * server that was restored from a backup, or that failed over, draws some tickets again. So the
 * counter catches up with the time at a new connection, at an invalidation, and when it is seen to
 * have gone back. It catches up by adding, because a role that may use a sequence may not set it.
 */
import { pg } from '../drivers';
import type { Drawn, Look } from '../store';
import { LATEST } from '../tickets';
import { BEGINNING_ID } from './floor-ids';
import { type PostgresConnection, statement, type Statement } from './connection';

const ADDED_ID = BEGINNING_ID + 1;

/**
 * The least that is added, in microseconds. A process that draws at the same moment may still use
 * the lower sum. Fewer tickets than this are drawn meanwhile, so no two are equal.
 */
const MIN_ADDED_US = 2 ** 14;

const sequence = (s: string): string => pg().escapeLiteral(`${s}.tickets`);

const added = (s: string): string =>
  `coalesce((SELECT added.ticket FROM ${s}.floors added WHERE added.id = ${ADDED_ID}), 0)`;

/**
 * The SQL for the next ticket, a bigint. It is sent as text: a float8 has only 15 digits where
 * `extra_float_digits` is 0, and two tickets could become equal.
 * @param s - the quoted schema
 */
export const nextTicket = (s: string): string => `(nextval(${sequence(s)}) + ${added(s)})`;

/**
 * The SQL for the ticket that was drawn last. A ticket above it is not one of these tables. A role
 * that may only read cannot know it, and then accepts every ticket.
 */
export const lastTicket = (s: string): string => `(CASE
  WHEN has_sequence_privilege(${sequence(s)}, 'USAGE, SELECT')
  THEN coalesce(pg_sequence_last_value(${sequence(s)}), 0) + ${added(s)}
  ELSE 9223372036854775807 END)`;

/** Adds what the counter is behind the time, or behind `$1`, a ticket that was drawn. */
const keepUp = (s: string): Statement =>
  statement(`
    WITH added AS (
      INSERT INTO ${s}.floors AS f(id, ticket, pending)
      SELECT ${ADDED_ID}, ${added(s)} + greatest(behind, ${MIN_ADDED_US}), false FROM (
        SELECT last, greatest($1::bigint,
          least(extract(epoch FROM clock_timestamp()) * 1000000, ${LATEST})::bigint) - last AS behind
        FROM (SELECT ${lastTicket(s)} AS last) counter) counter
      WHERE behind > ${MIN_ADDED_US} OR $1::bigint > last
      ON CONFLICT (id) DO UPDATE SET ticket = greatest(f.ticket, excluded.ticket) RETURNING f.ticket)
    SELECT (coalesce(pg_sequence_last_value(${sequence(s)}), 0)
      + coalesce((SELECT ticket FROM added), ${added(s)}))::text AS last`);

export class Tickets {
  /** The highest ticket that was drawn here. */
  private highest = 0;
  /**
   * Where the counter was when it last caught up. Undefined if that may have been on another
   * server.
   */
  private keptUpTo?: number;
  private readonly statement: Statement;

  constructor(private readonly connection: PostgresConnection) {
    this.statement = keepUp(connection.s);
    connection.onConnect(() => (this.keptUpTo = undefined));
  }

  /**
   * @param ask - draws a ticket, or finds that none is needed
   * @returns its answer, as soon as its ticket cannot be one that was drawn before
   */
  async drawnBy<Answer extends Look | Drawn>(ask: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      const before = this.highest;
      const answer = await ask();
      if (!('ticket' in answer)) return answer;
      const { ticket } = answer;
      if (this.keptUpTo !== undefined && ticket > Math.max(before, this.keptUpTo)) {
        this.highest = Math.max(this.highest, ticket);
        return answer;
      }
      await this.keepUp();
    }
  }

  /**
   * Makes later tickets higher than all that this server handed out, also before it was restored.
   */
  async keepUp(): Promise<void> {
    const [row] = await this.connection.rows<{ last: string }>(this.statement, [this.highest]);
    this.keptUpTo = Number(row!.last);
  }
}
