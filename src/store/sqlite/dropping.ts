/** Invalidates and prunes, in short transactions. */
import type Database from 'libsql';
import { removedLike } from '../filter';
import type { EntryFilter, Pruned, PruneLimits, Size, StoreTime } from '../store';
import { REMEMBERED_MS } from '../remembered';
import { conditionOf, NOT_COVERED } from './filter';
import { first } from './file';
import { anyPending, countEntries } from './listing';
import { LAST, type Statements } from './statements';

/** How many entries one transaction drops, which takes some milliseconds. */
export const BATCH = 200;

/** Up to this many entries are dropped by the invalidation itself. */
const AT_ONCE = 100;

/**
 * The entries that a floor covers. An entry above the last ticket is covered too, because it cannot
 * be one of this file.
 */
const UP_TO = `(e.ticket <= ? OR e.ticket > ${LAST})`;

/** Raises the floor of `filter`. Its name is `name`. */
export function raiseFloor(
  sql: Statements,
  db: Database.Database,
  { name, filter, ticket, now }: { name: string; filter: EntryFilter; ticket: number; now: StoreTime },
): number {
  const entries = countEntries(db, filter, now);
  const { key, scope, namespace, activityType, version, tag } = filter;
  const covers = [key, scope, namespace, activityType, version, tag].map((value) => value ?? null);
  sql.raiseFloor.run([name, ticket, ...covers]);
  if (entries <= AT_ONCE) dropCovered(sql, db, now);
  return entries;
}

/**
 * Invalidates one batch of the entries of a filter without a floor. Each gets the ticket of the
 * invalidation, so that no execution that began before can replace it.
 */
export function dropBatch(
  sql: Statements,
  db: Database.Database,
  filter: EntryFilter,
  ticket: number,
  now: StoreTime,
): { keys: number; entries: number } {
  const { sql: where, parameters } = conditionOf(filter, now);
  const counts = anyPending(db) ? NOT_COVERED : '1';
  const rows = db
    .prepare(`SELECT e.key, ${counts} AS counts FROM entries e WHERE ${where} AND ${UP_TO} LIMIT ${BATCH}`)
    .all([...parameters, ticket]) as { key: string; counts: number }[];
  drop(sql, db, rows, now, ticket);
  return { keys: rows.length, entries: rows.filter(({ counts }) => counts === 1).length };
}

/** Drops one batch of the results that floors cover. */
export function dropCovered(sql: Statements, db: Database.Database, now: StoreTime): Size {
  for (const floor of sql.pendingFloors.all([]) as Floor[]) {
    const filter = Object.fromEntries(
      Object.entries({
        key: floor.key,
        scope: floor.scope,
        namespace: floor.namespace,
        activityType: floor.activity_type,
        version: floor.version,
        tag: floor.tag,
      }).filter(([, value]) => value !== null),
    ) as EntryFilter;
    const { sql: where, parameters } = conditionOf(filter, now);
    const rows = sized(db, `${where} AND ${UP_TO}`, [...parameters, floor.ticket]);
    drop(sql, db, rows, now, 0);
    if (rows.length < BATCH) sql.settleFloor.run([floor.name, floor.ticket]);
    if (rows.length > 0) return sizeOf(rows);
  }
  return NOTHING;
}

interface Floor {
  name: string;
  ticket: number;
  key: string | null;
  scope: string | null;
  namespace: string | null;
  activity_type: string | null;
  version: string | null;
  tag: string | null;
}

const NOTHING: Size = { entries: 0, bytes: 0 };

type Sized = { key: string; ticket: number; bytes: number };

const sized = (db: Database.Database, where: string, parameters: unknown[], order = ''): Sized[] =>
  db
    .prepare(
      `SELECT e.key, min(e.ticket, ${LAST}) AS ticket, e.bytes FROM entries e
       WHERE ${where} ${order} LIMIT ${BATCH}`,
    )
    .all(parameters) as Sized[];

const sizeOf = (rows: Sized[]): Size => ({
  entries: rows.length,
  bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
});

/** Drops results, and remembers that they were there. */
function drop(
  sql: Statements,
  db: Database.Database,
  rows: { key: string }[],
  now: StoreTime,
  ticket: number,
): void {
  const mark = db.prepare(
    `UPDATE entries SET gone_at = ?, ticket = max(min(ticket, ${LAST}), ?), tags = '[]', tag_floors = '[]',
       header = '', data = NULL WHERE key = ?`,
  );
  for (const { key } of rows) {
    sql.dropPayloads.run([key]);
    sql.dropTags.run([key]);
    mark.run([now, ticket, key]);
  }
}

/**
 * Removes entries and keeps their tickets in floors, so that no older result can take their place.
 */
function remove(sql: Statements, db: Database.Database, rows: Sized[]): void {
  const statement = db.prepare('DELETE FROM entries WHERE key = ?');
  for (const { key, ticket } of rows) {
    sql.raiseRemoved.run([removedLike(key), ticket]);
    sql.dropPayloads.run([key]);
    sql.dropTags.run([key]);
    statement.run([key]);
  }
}

/** Runs one batch of `CacheStore.prune`. */
export function pruneBatch(
  sql: Statements,
  db: Database.Database,
  { maxBytes, onlyInvalidated }: PruneLimits,
  now: StoreTime,
): Pruned {
  const covered = dropCovered(sql, db, now);
  if (covered.entries > 0 || anyPending(db)) return { ...covered, more: true };
  if (onlyInvalidated) return { ...NOTHING, more: false };

  const past = sized(db, 'e.gone_at IS NULL AND e.keep_until < ?', [now]);
  remove(sql, db, past);
  if (past.length > 0) return { ...sizeOf(past), more: true };

  if (dropRemains(sql, db, now) > 0) return { ...NOTHING, more: true };

  const tooMuch = overLimit(db, maxBytes);
  remove(sql, db, tooMuch);
  return { ...sizeOf(tooMuch), more: tooMuch.length > 0 };
}

/** Removes the entries that were remembered long enough, and results that belong to no entry. */
function dropRemains(sql: Statements, db: Database.Database, now: StoreTime): number {
  const forgotten = sized(db, 'e.gone_at < ?', [now - REMEMBERED_MS]);
  remove(sql, db, forgotten);
  const stray = db.prepare(
    `DELETE FROM payloads WHERE rowid IN (SELECT p.rowid FROM payloads p WHERE NOT EXISTS
      (SELECT 1 FROM entries e WHERE e.key = p.key AND e.ticket = p.ticket AND e.gone_at IS NULL) LIMIT ?)`,
  );
  return forgotten.length + Number(stray.run([BATCH]).changes);
}

/** The least recently used entries, until the rest fits `maxBytes`. */
function overLimit(db: Database.Database, maxBytes: number | undefined): Sized[] {
  if (maxBytes === undefined) return [];
  const sum = db.prepare('SELECT coalesce(sum(bytes), 0) AS bytes FROM entries WHERE gone_at IS NULL');
  let excess = first<{ bytes: number }>(sum)!.bytes - maxBytes;
  return sized(db, 'e.gone_at IS NULL', [], 'ORDER BY e.used_at').filter(({ bytes }) => {
    const tooMuch = excess > 0;
    excess -= bytes;
    return tooMuch;
  });
}

/** How much free space one batch returns to the file system: 8 MB. */
const VACUUM_PAGES = 2_000;

/** @returns whether there is more to return */
export function giveBack(db: Database.Database): boolean {
  const free = () => first<{ freelist_count: number }>(db.prepare('PRAGMA freelist_count'))!.freelist_count;
  const before = free();
  if (before > 0) db.prepare(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`).all();
  const after = free();
  return after > 0 && after < before; // a file that was created with other settings returns nothing
}
