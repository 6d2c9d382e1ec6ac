import type Database from 'libsql';
import { CacheStoreError } from '../../errors';
import { BEGINNING } from '../filter';

/**
 * The version of the tables. It is raised when an older version of this package could not read them
 * any more.
 */
export const SCHEMA = 2;

/**
 * Creates the tables unless they exist. A file of an older version is emptied, because it is only a
 * cache.
 * @throws when a newer version of this package created the file, which does not change then
 */
export function openSchema(db: Database.Database, path: string): void {
  const found = checkSchema(db, path);
  // Lets `prune` return space. It has an effect only before the first table.
  if (found === 0) db.exec('PRAGMA auto_vacuum = INCREMENTAL');
  db.exec('PRAGMA journal_mode = WAL');
  // A power cut may lose the last writes but never the file, which suits a cache.
  db.exec('PRAGMA synchronous = NORMAL');
  db.exec('PRAGMA journal_size_limit = 67108864');
  if (found === SCHEMA) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    if (versionOf(db) < SCHEMA) db.exec(OLDER + TABLES); // another process may have been quicker
    db.exec(`PRAGMA user_version = ${SCHEMA}`);
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Checks the version of the tables, and only reads.
 * @returns the version, or 0 if there are no tables
 * @throws for a file of a newer version, and for one that is no cache
 */
export function checkSchema(db: Database.Database, path: string): number {
  // Waiting inside SQLite would block the event loop, so the store waits instead.
  db.exec('PRAGMA busy_timeout = 10');
  const found = versionOf(db);
  if (found > SCHEMA) {
    throw new Error(
      `Cache file is of a newer version [path=${path}, version=${found}, known=${SCHEMA}]. ` +
        'Update temporal-activity-cache, or use another file',
    );
  }
  refuseForeign(db, path);
  return found;
}

/** The tables that every version has. */
const OURS = ['tickets', 'entries', 'floors'];

/** @throws {CacheStoreError} for a file that is no cache, before anything is written to it */
function refuseForeign(db: Database.Database, path: string): void {
  const rows = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
  const names = rows.map(({ name }) => name);
  if (names.length === 0 || OURS.every((name) => names.includes(name))) return;
  throw new CacheStoreError(
    'This SQLite file is no cache: it has other tables ' +
      `[path=${path}, tables=${names.slice(0, 5).join(', ')}]. Give the cache a file of its own`,
  );
}

const versionOf = (db: Database.Database): number =>
  (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;

/** Removes the tables of an older version. The counter of tickets stays. */
const OLDER = `
  DROP TABLE IF EXISTS entries;
  DROP TABLE IF EXISTS payloads;
  DROP TABLE IF EXISTS floors;`;

/**
 * The tables:
 *
 * - Tickets begin with the time, in microseconds. If somebody deletes the file while processes use
 *   it, the next file draws above all tickets of the last one. Those tickets are at or below the
 *   floor of the beginning.
 * - A floor is found by its name. The other columns tell what it covers (NULL: anything). It is
 *   `pending` until the results under it are dropped.
 * - Indexes include all columns that counting and choosing read, even `gone_at`, because entries
 *   are wide.
 * - An entry with `gone_at` was invalidated. Its result is dropped, and the row remembers that
 *   there was one.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS tickets(last INTEGER NOT NULL);
  INSERT INTO tickets SELECT CAST(unixepoch('now', 'subsec') * 1000000 AS INTEGER)
    WHERE NOT EXISTS (SELECT 1 FROM tickets);
  CREATE TABLE floors(
    name TEXT PRIMARY KEY,
    ticket INTEGER NOT NULL,
    pending INTEGER NOT NULL,
    key TEXT,
    scope TEXT,
    namespace TEXT,
    activity_type TEXT,
    version TEXT,
    tag TEXT
  ) WITHOUT ROWID;
  INSERT INTO floors(name, ticket, pending) SELECT '${BEGINNING}', last, 0 FROM tickets;
  CREATE INDEX floors_pending ON floors(pending) WHERE pending = 1;
  CREATE TABLE entries(
    key TEXT PRIMARY KEY,
    scope TEXT NOT NULL,
    namespace TEXT NOT NULL,
    activity_type TEXT NOT NULL,
    version TEXT NOT NULL,
    tags TEXT NOT NULL,
    tag_floors TEXT NOT NULL,
    ticket INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    keep_until INTEGER,
    duration_ms REAL NOT NULL,
    bytes INTEGER NOT NULL,
    gone_at INTEGER,
    header TEXT NOT NULL,
    data BLOB
  );
  CREATE INDEX entries_by_activity
    ON entries(scope, activity_type, version, namespace, bytes, keep_until, gone_at)
    WHERE gone_at IS NULL;
  CREATE INDEX entries_by_age ON entries(stored_at, key, gone_at) WHERE gone_at IS NULL;
  CREATE INDEX entries_by_use ON entries(used_at, bytes, gone_at) WHERE gone_at IS NULL;
  CREATE INDEX entries_by_end ON entries(keep_until, bytes) WHERE gone_at IS NULL AND keep_until IS NOT NULL;
  CREATE INDEX entries_gone ON entries(gone_at) WHERE gone_at IS NOT NULL;
  CREATE TABLE tags(
    scope TEXT NOT NULL,
    tag TEXT NOT NULL,
    namespace TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY(scope, tag, namespace, key)
  ) WITHOUT ROWID;
  CREATE INDEX tags_by_key ON tags(key);
  CREATE TABLE payloads(
    key TEXT NOT NULL,
    ticket INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY(key, ticket)
  );
  CREATE TABLE notes(name TEXT PRIMARY KEY, text TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;`;
