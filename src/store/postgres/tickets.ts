/**
 * The counter of tickets: a sequence, and what is added to it, which is kept among the floors. A server that was put back to what it was, as from a
 * backup or by a failover, draws tickets again that it drew before; so the counter keeps up with the time: at a new connection, at an invalidation, and
 * when it is seen that it went back. By an addition, since a role that may use a sequence may not set it.
 */
import { pg } from '../drivers';
import type { Drawn, Look } from '../store';
import { LATEST } from '../tickets';
import { BEGINNING_ID } from './floor-ids';
import { type PostgresConnection, statement, type Statement } from './connection';

const ADDED_ID = BEGINNING_ID + 1;

/**
 * The least that is added, in microseconds. Who draws at that moment may still add less: of what is drawn meanwhile there are never so many that two
 * tickets would be one.
 */
const LEAST = 2 ** 14;

const sequence = (s: string): string => pg().escapeLiteral(`${s}.tickets`);

const added = (s: string): string =>
  `coalesce((SELECT added.ticket FROM ${s}.floors added WHERE added.id = ${ADDED_ID}), 0)`;

/**
 * A bigint. It leaves the server as text: a float8 has but 15 digits where `extra_float_digits` is 0, and two tickets would be one.
 * @param s - the schema, quoted
 */
export const nextTicket = (s: string): string => `(nextval(${sequence(s)}) + ${added(s)})`;

/** The ticket that was drawn last: one above it is none of this place. Unknown to who may only read: then none is. */
export const lastTicket = (s: string): string => `(CASE
  WHEN has_sequence_privilege(${sequence(s)}, 'USAGE, SELECT')
  THEN coalesce(pg_sequence_last_value(${sequence(s)}), 0) + ${added(s)}
  ELSE 9223372036854775807 END)`;

/** Adds what the counter is behind the time, or behind `$1`, a ticket that was drawn. */
const keepUp = (s: string): Statement =>
  statement(`
    WITH added AS (
      INSERT INTO ${s}.floors AS f(id, ticket, pending)
      SELECT ${ADDED_ID}, ${added(s)} + greatest(behind, ${LEAST}), false FROM (
        SELECT last, greatest($1::bigint, least(extract(epoch FROM clock_timestamp()) * 1000000, ${LATEST})::bigint) - last AS behind
        FROM (SELECT ${lastTicket(s)} AS last) counter) counter
      WHERE behind > ${LEAST} OR $1::bigint > last
      ON CONFLICT (id) DO UPDATE SET ticket = greatest(f.ticket, excluded.ticket) RETURNING f.ticket)
    SELECT (coalesce(pg_sequence_last_value(${sequence(s)}), 0) + coalesce((SELECT ticket FROM added), ${added(s)}))::text AS last`);

export class Tickets {
  /** The highest that was drawn here. */
  private highest = 0;
  /** Where the counter was when it last kept up; undefined when that may be of another server. */
  private keptUpTo?: number;
  private readonly statement: Statement;

  constructor(private readonly connection: PostgresConnection) {
    this.statement = keepUp(connection.s);
    connection.onConnect(() => (this.keptUpTo = undefined));
  }

  /**
   * @param ask - draws, or finds that there is no need to
   * @returns its answer, once no ticket in it can be one that was drawn before
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

  /** From then on tickets are above all that this server handed out, also before it was put back to what it was. */
  async keepUp(): Promise<void> {
    const [row] = await this.connection.rows<{ last: string }>(this.statement, [this.highest]);
    this.keptUpTo = Number(row!.last);
  }
}
