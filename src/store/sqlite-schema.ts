import type Database from 'libsql';

/** Raised when tables change in a way that an older version of this package cannot read. */
const SCHEMA = 1;

/**
 * Makes the tables, unless they are there.
 * @throws when the file was made by a newer version of this package; it is left as it is
 */
export function openSchema(db: Database.Database, path: string): void {
  db.exec('PRAGMA busy_timeout = 10'); // waiting inside SQLite would block the event loop: the store waits instead
  const { user_version: found } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (found > SCHEMA) {
    throw new Error(
      `Cache file is of a newer version [path=${path}, version=${found}, known=${SCHEMA}]. ` +
        'Update temporal-activity-cache, or use another file',
    );
  }
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('PRAGMA synchronous = NORMAL'); // a power cut may lose the last writes, never the file: right for a cache
  db.exec('PRAGMA journal_size_limit = 67108864');
  if (found === SCHEMA) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    db.exec(TABLES);
    db.exec(`PRAGMA user_version = ${SCHEMA}`);
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/**
 * - Tickets begin with the time, in microseconds: a file that is made anew, after somebody deleted the last one under running
 *   processes, draws above what was drawn there.
 * - An entry that is `gone` was invalidated: its result is dropped, and that there was one is remembered.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS tickets(last INTEGER NOT NULL);
  INSERT INTO tickets SELECT CAST(unixepoch('now', 'subsec') * 1000000 AS INTEGER)
    WHERE NOT EXISTS (SELECT 1 FROM tickets);
  CREATE TABLE IF NOT EXISTS floors(name TEXT PRIMARY KEY, ticket INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS entries(
    key TEXT PRIMARY KEY,
    space TEXT NOT NULL,
    activity_type TEXT NOT NULL,
    version TEXT NOT NULL,
    tags TEXT NOT NULL,
    tag_floors TEXT NOT NULL,
    ticket INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    duration_ms REAL NOT NULL,
    bytes INTEGER NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0,
    header TEXT NOT NULL,
    data BLOB
  );
  CREATE INDEX IF NOT EXISTS entries_by_activity ON entries(space, activity_type, version);
  CREATE TABLE IF NOT EXISTS payloads(
    key TEXT NOT NULL,
    ticket INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY(key, ticket)
  );`;
