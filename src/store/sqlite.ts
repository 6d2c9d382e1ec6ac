/**
 * The embedded store: one SQLite file, shared by any number of processes of one host (not over a network file system).
 * A killed process loses nothing that was acknowledged; a power cut may lose the last writes, never the file.
 *
 * The driver is `libsql`: prebuilt for every platform inside registry packages, no compiler, no install script.
 */
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { openSchema } from './sqlite-schema';
import {
  type CacheStore,
  type Drawn,
  floorName,
  floorsOver,
  type Look,
  type NewEntry,
  type Selector,
  type StoreTime,
  type Subject,
} from './store';

export interface SqliteStoreOptions {
  /** The store's clock. Default: the host's. */
  clock?: () => StoreTime;
  /** How long one operation goes on trying while other processes write, in milliseconds. Default 5,000. */
  lockWaitMs?: number;
}

/** Larger results live in a table of their own, so that lists and look-ups of small ones stay on few pages. */
const INLINE_BYTES = 8 * 1024;

type Statements = ReturnType<typeof prepare>;

type Row = {
  ticket: number;
  started_at: number;
  stored_at: number;
  gone: number;
  header: string;
  data: ArrayBuffer | null;
  floor: number | null;
  tag_floor: number | null;
};

export class SqliteStore implements CacheStore {
  readonly name: string;
  private db?: Database.Database;
  private inode?: number;
  private statements?: Statements;
  private closed = false;
  private readonly clock: () => StoreTime;
  private readonly lockWaitMs: number;

  /** Opens nothing yet: the file and its folder are made at the first operation. */
  constructor(
    private readonly path: string,
    options: SqliteStoreOptions = {},
  ) {
    this.name = `sqlite:${path}`;
    this.clock = options.clock ?? Date.now;
    this.lockWaitMs = options.lockWaitMs ?? 5_000;
  }

  look(subject: Subject): Promise<Look> {
    const floors = floorsOver(subject, []);
    return this.run((sql, db): Look => {
      const row = first<Row>(sql.look, [...floors, subject.key]);
      if (row === undefined || row.gone === 1 || row.ticket <= Math.max(row.floor ?? 0, row.tag_floor ?? 0)) {
        const drawn = inTransaction(db, () => this.drawWith(sql));
        return { why: row === undefined ? 'new' : 'invalidated', ...drawn };
      }
      const { ticket, started_at: startedAt, stored_at: storedAt, header } = row;
      const data = row.data === null ? undefined : new Uint8Array(row.data);
      return { found: { ticket, startedAt, storedAt, header, data }, now: this.clock() };
    });
  }

  draw(): Promise<Drawn> {
    return this.transaction((sql) => this.drawWith(sql));
  }

  put(entry: NewEntry): Promise<'stored' | 'superseded'> {
    const { key, ticket, tags } = entry;
    const data = Buffer.from(entry.data); // a copy: the caller's bytes may change while this waits for the lock
    const inline = data.length <= INLINE_BYTES;
    const covers = JSON.stringify(floorsOver(entry, tags));
    const tagFloors = JSON.stringify(tags.map((tag) => floorName({ space: entry.space, tag })));
    return this.transaction((sql) => {
      const { changes } = sql.put.run(
        [key, entry.space, entry.activityType, entry.version, JSON.stringify(tags), tagFloors, ticket],
        [entry.startedAt, this.clock(), entry.durationMs, data.length, entry.header, inline ? data : null],
        [covers, ticket],
      );
      if (Number(changes) === 0) return 'superseded';
      sql.dropPayloads.run([key]);
      if (!inline) sql.putPayload.run([key, ticket, data]);
      return 'stored';
    });
  }

  invalidate(selector: Selector): Promise<{ entries: number }> {
    const name = floorName(selector);
    const [where, parameters] = condition(selector);
    return this.transaction((sql, db) => {
      const { ticket } = this.drawWith(sql);
      // A floor never sinks: the tickets it is drawn from only rise.
      const covered = `FROM entries WHERE gone = 0 AND ${where}`;
      db.prepare(`DELETE FROM payloads WHERE key IN (SELECT key ${covered})`).run(parameters);
      const drop = `UPDATE entries SET gone = 1, header = '', data = NULL WHERE rowid IN (SELECT rowid ${covered})`;
      const { changes } = db.prepare(drop).run(parameters);
      sql.raiseFloor.run([name, ticket]);
      return { entries: Number(changes) };
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    this.letGo();
  }

  private letGo(): void {
    this.statements = undefined; // libsql keeps the file open while a statement lives
    this.db?.close();
    this.db = undefined;
  }

  /** Within a transaction. */
  private drawWith(sql: Statements): Drawn {
    const { ticket } = first<{ ticket: number }>(sql.draw)!;
    return { ticket, now: this.clock() };
  }

  private transaction<T>(operation: (sql: Statements, db: Database.Database) => T): Promise<T> {
    return this.run((sql, db) => inTransaction(db, () => operation(sql, db)));
  }

  /** Runs one operation, and again while another process holds the write lock; the event loop stays free in between. */
  private async run<T>(operation: (sql: Statements, db: Database.Database) => T): Promise<T> {
    const giveUp = performance.now() + this.lockWaitMs;
    for (;;) {
      if (this.closed) throw new Error(`SQLite store is closed [path=${this.path}]`);
      try {
        // Somebody may have deleted the file to empty the cache: no result of the old one may be found, nor stored there.
        if (this.db !== undefined && inodeOf(this.path) !== this.inode) this.letGo();
        const db = (this.db ??= this.open());
        return operation((this.statements ??= prepare(db)), db);
      } catch (error) {
        if (!isBusy(error) || performance.now() > giveUp) throw explained(error, this.path);
      }
      await sleep(2 + Math.random() * 10);
    }
  }

  private open(): Database.Database {
    const folder = dirname(this.path);
    if (!existsSync(folder)) {
      makeFolder(folder);
      writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'w' }); // a cache does not belong in a repository
    }
    const db = new Database(this.path);
    try {
      openSchema(db, this.path);
      this.inode = inodeOf(this.path);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  }
}

/**
 * Not `get`: a statement that meets a lock there stays begun. The next `get` would run it to its end with its old parameters, and the
 * snapshot of a read in between would stay open, so that nothing could be written any more.
 */
function first<R>(statement: Database.Statement, parameters: unknown[] = []): R | undefined {
  return statement.all(parameters)[0] as R | undefined;
}

/** Every write goes this way: whether it has to wait is decided at BEGIN, which leaves nothing behind, and a failed COMMIT is told. */
function inTransaction<T>(db: Database.Database, operation: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = operation();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

const inodeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino;

/** Not `recursive`: where a file system refuses to make folders, as /proc does, that never returns. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was quicker
  }
}

function prepare(db: Database.Database) {
  return {
    look: db.prepare(`
      SELECT e.ticket, e.started_at, e.stored_at, e.gone, e.header, coalesce(e.data, p.data) AS data,
        (SELECT max(ticket) FROM floors WHERE name IN (?, ?, ?, ?)) AS floor,
        CASE WHEN e.tag_floors = '[]' THEN NULL ELSE (
          SELECT max(ticket) FROM floors WHERE name IN (SELECT value FROM json_each(e.tag_floors))) END AS tag_floor
      FROM entries e LEFT JOIN payloads p ON p.key = e.key AND p.ticket = e.ticket WHERE e.key = ?`),
    draw: db.prepare('UPDATE tickets SET last = last + 1 RETURNING last AS ticket'),
    put: db.prepare(`
      INSERT INTO entries(key, space, activity_type, version, tags, tag_floors, ticket,
        started_at, stored_at, duration_ms, bytes, header, data)
      SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
      WHERE NOT EXISTS (SELECT 1 FROM floors WHERE name IN (SELECT value FROM json_each(?)) AND ticket >= ?)
      ON CONFLICT(key) DO UPDATE SET space = excluded.space, activity_type = excluded.activity_type,
        version = excluded.version, tags = excluded.tags, tag_floors = excluded.tag_floors, ticket = excluded.ticket,
        started_at = excluded.started_at, stored_at = excluded.stored_at, duration_ms = excluded.duration_ms,
        bytes = excluded.bytes, header = excluded.header, data = excluded.data, gone = 0
      WHERE excluded.ticket >= entries.ticket`),
    dropPayloads: db.prepare('DELETE FROM payloads WHERE key = ?'),
    putPayload: db.prepare('INSERT INTO payloads(key, ticket, data) VALUES(?, ?, ?)'),
    raiseFloor: db.prepare(
      'INSERT INTO floors(name, ticket) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET ticket = excluded.ticket',
    ),
  };
}

function condition(selector: Selector): [sql: string, parameters: string[]] {
  const { space } = selector;
  if ('key' in selector) return ['space = ? AND key = ?', [space, selector.key]];
  if ('tag' in selector)
    return ['space = ? AND EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)', [space, selector.tag]];
  if ('all' in selector) return ['space = ?', [space]];
  const { activityType, version } = selector;
  if (version === undefined) return ['space = ? AND activity_type = ?', [space, activityType]];
  return ['space = ? AND activity_type = ? AND version = ?', [space, activityType, version]];
}

/** What SQLite says of a file that is damaged, or no database, names neither the file nor a way out. */
function explained(error: unknown, path: string): unknown {
  if (!/SQLITE_(NOTADB|CORRUPT)/.test(String((error as { code?: string }).code))) return error;
  const what = `Cache file is damaged, or something else [path=${path}]`;
  return new Error(`${what}. Use another file, or delete this one if it is a cache`, { cause: error });
}

const isBusy = (error: unknown): boolean =>
  /SQLITE_BUSY|database is locked/i.test(`${(error as { code?: string }).code} ${String(error)}`);
