/**
 * The statements of the calls. Each call is one statement, so it takes one round trip and sees one
 * moment.
 */
import { NO_TICKET } from '../store';
import { statement } from './connection';
import { NOW } from './schema';
import { lastTicket, nextTicket } from './tickets';

/** @param s - the quoted schema */
export function storeStatements(s: string) {
  const ticket = `${nextTicket(s)}::text`;
  /** @param drawn - the ticket of a miss */
  const lookOr = (drawn: string) =>
    statement(`
      SELECT e.ticket::text AS ticket, e.started_at, e.stored_at, r.header, r.data, ${NOW} AS now,
        e.gone_at > 0 OR e.gone_at IS NULL AND e.key IS NOT NULL AS "wasThere",
        CASE WHEN e.gone_at IS NULL AND e.ticket <= ${lastTicket(s)} AND e.ticket > coalesce(
            (SELECT max(f.ticket) FROM ${s}.floors f WHERE f.id = ANY ($2::bigint[] || e.tag_floors)), 0)
          THEN NULL ELSE ${drawn} END AS drawn
      FROM (SELECT) always
      LEFT JOIN ${s}.entries e ON e.key = $1
      LEFT JOIN ${s}.results r ON r.key = e.key AND r.ticket = e.ticket`);
  return {
    look: lookOr(ticket),
    /** The look-up of a role that may only read. */
    peek: lookOr(`'${NO_TICKET}'`),

    /** `$2` has the floors of all keys, one key after the other, and `$3` floors for each key. */
    check: statement(`
      SELECT e.ticket::text AS ticket, e.started_at, ${NOW} AS now
      FROM unnest($1::text[]) WITH ORDINALITY AS asked(key, place)
      LEFT JOIN ${s}.entries e ON e.key = asked.key AND e.gone_at IS NULL AND e.ticket <= ${lastTicket(s)}
        AND e.ticket > coalesce((SELECT max(f.ticket) FROM ${s}.floors f WHERE f.id = ANY (
          ($2::bigint[])[(asked.place - 1) * $3::integer + 1 : asked.place * $3::integer]
            || e.tag_floors)), 0)
      ORDER BY asked.place`),

    draw: statement(`SELECT ${ticket} AS ticket, ${NOW} AS now`),

    /**
     * The row of the entry is locked first. Another put of the same key waits there, and so for the
     * result too. The clock is read once, because it goes on between two readings.
     */
    put: statement(`
      WITH entry AS (
        INSERT INTO ${s}.entries AS e(key, scope, namespace, activity_type, version, tags, tag_floors, ticket,
          started_at, stored_at, used_at, keep_until, duration_ms, bytes)
        SELECT $1, $2, $3, $4, $5, $6, $7::bigint[], $8, $9, at, at, $10, $11, length($13::bytea)
        FROM (SELECT ${NOW} AS at) clock
        WHERE $8 <= ${lastTicket(s)}
          AND NOT EXISTS (SELECT FROM ${s}.floors WHERE id = ANY ($14::bigint[]) AND ticket >= $8)
        ON CONFLICT (key) DO UPDATE SET scope = excluded.scope, namespace = excluded.namespace,
          activity_type = excluded.activity_type, version = excluded.version, tags = excluded.tags,
          tag_floors = excluded.tag_floors, ticket = excluded.ticket, started_at = excluded.started_at,
          stored_at = excluded.stored_at, used_at = excluded.used_at, keep_until = excluded.keep_until,
          duration_ms = excluded.duration_ms, bytes = excluded.bytes, gone_at = NULL
        WHERE excluded.ticket >= e.ticket OR e.ticket > ${lastTicket(s)}
        RETURNING e.key, e.ticket)
      INSERT INTO ${s}.results AS r(key, ticket, header, data) SELECT key, ticket, $12, $13 FROM entry
      ON CONFLICT (key) DO UPDATE SET ticket = excluded.ticket, header = excluded.header, data = excluded.data
      RETURNING 1 AS stored`),

    /**
     * An entry that another process is writing at this moment is skipped, because it is in use
     * anyway.
     */
    touch: statement(`
      UPDATE ${s}.entries e SET used_at = ${NOW}
      FROM (SELECT key FROM ${s}.entries WHERE key = ANY ($1::text[]) FOR UPDATE SKIP LOCKED) touched
      WHERE e.key = touched.key`),

    note: statement(`
      INSERT INTO ${s}.notes(name, text, at) VALUES ($1, $2, ${NOW})
      ON CONFLICT (name) DO UPDATE SET text = excluded.text, at = excluded.at`),
    dropNote: statement(`DELETE FROM ${s}.notes WHERE name = $1`),
    /**
     * The update changes nothing. It is there because it returns the kept text, also if another
     * process was quicker.
     */
    claim: statement(`
      INSERT INTO ${s}.notes AS n(name, text, at) VALUES ($1, $2, ${NOW})
      ON CONFLICT (name) DO UPDATE SET text = n.text RETURNING n.text`),
    notes: statement(`
      SELECT name, text, at, greatest(0, ${NOW} - at) AS "ageMs" FROM ${s}.notes
      WHERE name >= $1 AND name < $2 ORDER BY name`),
    allNotes: statement(`
      SELECT name, text, at, greatest(0, ${NOW} - at) AS "ageMs" FROM ${s}.notes
      WHERE name >= $1 ORDER BY name`),

    about: statement(`
      SELECT current_setting('server_version') AS version, current_user AS role,
        pg_is_in_recovery() AS standby,
        coalesce((SELECT t.version FROM pg_stat_ssl t WHERE pid = pg_backend_pid() AND ssl), 'none') AS tls,
        (SELECT sum(pg_total_relation_size(c.oid))::float8 FROM pg_class c
          WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r') AS bytes`),
  };
}
