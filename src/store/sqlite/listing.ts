/** Counts and lists entries, in an open file. */
import type Database from 'libsql';
import type { EntryFilter, EntryRecord, StoreStats, StoreTime } from '../store';
import { type ActivityRow, type EntryRow, recordOf, statsFrom } from '../sql/rows';
import { conditionOf, NOT_COVERED, tagged } from './filter';
import { first } from './file';

/** How many entries a page has. */
export const PAGE = 500;

export function countEntries(db: Database.Database, filter: EntryFilter, now: StoreTime): number {
  const { tag, scope, namespace, ...rest } = filter;
  if (tag !== undefined && Object.keys(rest).length === 0 && !anyPending(db)) {
    const { sql, parameters } = tagged({ tag, scope, namespace }); // the index of tags is enough
    return count(db, `SELECT count(*) AS n FROM tags WHERE ${sql}`, parameters);
  }
  const { sql, parameters } = counting(db, filter, now);
  return count(db, `SELECT count(*) AS n FROM entries e WHERE ${sql}`, parameters);
}

const count = (db: Database.Database, sql: string, parameters: unknown[]): number =>
  first<{ n: number }>(db.prepare(sql), parameters)!.n;

export function anyPending(db: Database.Database): boolean {
  return first(db.prepare('SELECT 1 FROM floors WHERE pending = 1 LIMIT 1')) !== undefined;
}

/** The condition for entries that a filter selects and that count. */
function counting(db: Database.Database, filter: EntryFilter, now: StoreTime) {
  const { sql, parameters } = conditionOf(filter, now);
  return { sql: anyPending(db) ? `${sql} AND ${NOT_COVERED}` : sql, parameters };
}

export interface Position {
  storedAt: StoreTime;
  key: string;
}

/** One page of entries, newest first, after `last`. */
export function page(
  db: Database.Database,
  filter: EntryFilter,
  last: Position | undefined,
  now: StoreTime,
): EntryRecord[] {
  const { tag, ...rest } = filter;
  const { sql, parameters } = counting(db, rest, now);
  // The index of ages is always used. With another index, each page would sort all entries of the
  // filter again.
  const byKey = filter.key !== undefined || filter.keyPrefix !== undefined;
  const along = byKey ? '' : 'INDEXED BY entries_by_age';
  const tagged = tag === undefined ? '' : HAS_TAG;
  const after = last === undefined ? '' : 'AND (e.stored_at, e.key) < (?, ?)';
  const rows = db
    .prepare(
      `SELECT e.key, e.scope, e.namespace, e.activity_type, e.version, e.tags, e.ticket, e.started_at,
         e.stored_at, e.used_at,
         e.keep_until, e.duration_ms, e.bytes, e.header
       FROM entries e ${along} WHERE ${sql} ${tagged} ${after}
       ORDER BY e.stored_at DESC, e.key DESC LIMIT ${PAGE}`,
    )
    .all([
      ...parameters,
      ...(tag === undefined ? [] : [tag]),
      ...(last === undefined ? [] : [last.storedAt, last.key]),
    ]) as EntryRow<string>[];
  return rows.map((row) => recordOf({ ...row, tags: JSON.parse(row.tags) as string[] }, now));
}

const HAS_TAG = `AND EXISTS (SELECT 1 FROM tags t
  WHERE t.scope = e.scope AND t.tag = ? AND t.namespace = e.namespace AND t.key = e.key)`;

export function statsOf(db: Database.Database, filter: EntryFilter, now: StoreTime): StoreStats {
  const { sql, parameters } = counting(db, filter, now);
  const rows = db
    .prepare(
      `SELECT e.activity_type AS type, count(*) AS entries, sum(e.bytes) AS bytes,
         coalesce(sum(e.keep_until < ?), 0) AS stale,
         sum(CASE WHEN e.keep_until < ? THEN e.bytes ELSE 0 END) AS staleBytes
       FROM entries e WHERE ${sql} GROUP BY e.activity_type`,
    )
    .all([now, now, ...parameters]) as ActivityRow[];
  return statsFrom(rows);
}
