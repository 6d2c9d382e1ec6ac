import type Database from 'libsql';
import { LATEST } from '../tickets';

/** The ticket that was drawn last. A ticket above it is not one of this file. */
export const LAST = '(SELECT last FROM tickets)';

/** The time in milliseconds since 1970. */
const NOW = "CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)";

/** The highest floors over an entry: the nine found by name, and those of its tags. */
const FLOORS = `
        (SELECT max(ticket) FROM floors WHERE name IN (?, ?, ?, ?, ?, ?, ?, ?, ?)) AS floor,
        CASE WHEN e.tag_floors = '[]' THEN NULL ELSE (
          SELECT max(ticket) FROM floors WHERE name IN (SELECT value FROM json_each(e.tag_floors))
        ) END AS tag_floor`;

/** The statements of every call, prepared once for an open file. */
export const SQL = {
  look: `
      SELECT e.ticket, ${LAST} AS last, ${NOW} AS now, e.started_at, e.stored_at, e.gone_at, e.header,
        coalesce(e.data, p.data) AS data,
        ${FLOORS}
      FROM entries e LEFT JOIN payloads p ON p.key = e.key AND p.ticket = e.ticket WHERE e.key = ?`,
  check: `
      SELECT e.ticket, ${LAST} AS last, e.started_at, e.gone_at,
        ${FLOORS}
      FROM entries e WHERE e.key = ?`,
  draw: `
      UPDATE tickets SET last = max(last + 1, min(1000 * ${NOW}, ${LATEST}))
      RETURNING last AS ticket`,
  now: `SELECT ${NOW} AS now`,
  tagsOf: 'SELECT tags FROM entries WHERE key = ?',
  put: `
      INSERT INTO entries(key, scope, namespace, activity_type, version, tags, tag_floors, ticket,
        started_at, stored_at, used_at, keep_until, duration_ms, bytes, header, data)
      SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
      WHERE ? <= ${LAST}
        AND NOT EXISTS (SELECT 1 FROM floors WHERE name IN (SELECT value FROM json_each(?)) AND ticket >= ?)
      ON CONFLICT(key) DO UPDATE SET scope = excluded.scope, namespace = excluded.namespace,
        activity_type = excluded.activity_type, version = excluded.version, tags = excluded.tags,
        tag_floors = excluded.tag_floors, ticket = excluded.ticket, started_at = excluded.started_at,
        stored_at = excluded.stored_at, used_at = excluded.used_at, keep_until = excluded.keep_until,
        duration_ms = excluded.duration_ms, bytes = excluded.bytes, header = excluded.header,
        data = excluded.data, gone_at = NULL
      WHERE excluded.ticket >= entries.ticket OR entries.ticket > ${LAST}`,
  dropPayloads: 'DELETE FROM payloads WHERE key = ?',
  putPayload: 'INSERT INTO payloads(key, ticket, data) VALUES(?, ?, ?)',
  dropTags: 'DELETE FROM tags WHERE key = ?',
  putTag: 'INSERT INTO tags(scope, tag, namespace, key) VALUES(?, ?, ?, ?)',
  // Tickets only rise, so a floor never sinks.
  raiseFloor: `
      INSERT INTO floors(name, ticket, pending, key, scope, namespace, activity_type, version, tag)
      VALUES(?, ?, 1, ?, ?, ?, ?, ?, ?)
      ON CONFLICT(name) DO UPDATE SET ticket = excluded.ticket, pending = 1`,
  raiseRemoved: `
      INSERT INTO floors(name, ticket, pending) VALUES(?, ?, 0)
      ON CONFLICT(name) DO UPDATE SET ticket = max(ticket, excluded.ticket)`,
  pendingFloors: 'SELECT * FROM floors WHERE pending = 1',
  settleFloor: 'UPDATE floors SET pending = 0 WHERE name = ? AND ticket = ?',
  touch: 'UPDATE entries SET used_at = ? WHERE key = ?',
  putNote: `INSERT INTO notes(name, text, at) VALUES(?, ?, ?)
      ON CONFLICT(name) DO UPDATE SET text = excluded.text, at = excluded.at`,
  claimNote: 'INSERT INTO notes(name, text, at) VALUES(?, ?, ?) ON CONFLICT(name) DO NOTHING',
  note: 'SELECT name, text, at FROM notes WHERE name = ?',
  dropNote: 'DELETE FROM notes WHERE name = ?',
  notes: 'SELECT name, text, at FROM notes WHERE name >= ? AND name < ? ORDER BY name',
} as const;

export type Statements = Readonly<Record<keyof typeof SQL, Database.Statement>>;

export function prepare(db: Database.Database): Statements {
  const prepared = Object.entries(SQL).map(([name, sql]) => [name, db.prepare(sql)]);
  return Object.fromEntries(prepared) as Statements;
}
