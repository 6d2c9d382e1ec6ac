/**
 * The SQLite file. It is opened when it is first needed, is shared with other processes, and is
 * created again if somebody deletes it.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Database from 'libsql';
import { libsql } from '../drivers';
import { type Identity, identityOf, inodeOf, removeLeftovers } from './identity';
import { openSchema } from './schema';

/** How long an operation usually retries while other processes write. */
export const LOCK_WAIT_MS = 5_000;

export class SqliteFile<Statements> {
  protected db?: Database.Database;
  private identity?: Identity;
  private statements?: Statements;
  private closed = false;

  /**
   * @param lockWaitMs - how long one operation retries while other processes write
   * @param prepare - prepares the statements that are kept for an open file
   */
  constructor(
    protected readonly path: string,
    private readonly lockWaitMs = LOCK_WAIT_MS,
    private readonly prepare: (db: Database.Database) => Statements,
  ) {}

  /**
   * Runs one operation, and retries it while another process holds the write lock. The event loop
   * stays free in between.
   */
  async run<T>(operation: (sql: Statements, db: Database.Database) => T): Promise<T> {
    const giveUp = performance.now() + this.lockWaitMs;
    for (;;) {
      if (this.closed) throw new Error(`SQLite store is closed [path=${this.path}]`);
      try {
        // Somebody may have deleted the file to empty the cache. Then no result of the old file may
        // be found or stored.
        if (this.isTakenAway) {
          this.clean();
          this.letGo();
        }
        const db = (this.db ??= this.open());
        return operation((this.statements ??= this.prepare(db)), db);
      } catch (error) {
        if (!(isBusy(error) || this.isTakenAway) || performance.now() > giveUp)
          throw explained(error, this.path);
      }
      await sleep(2 + Math.random() * 10);
    }
  }

  transaction<T>(operation: (sql: Statements, db: Database.Database) => T): Promise<T> {
    return this.run((sql, db) => inTransaction(db, () => operation(sql, db)));
  }

  close(): void {
    this.closed = true;
    this.letGo();
  }

  protected get isTakenAway(): boolean {
    if (this.db === undefined) return false;
    const file = inodeOf(this.path);
    return file === undefined || file !== this.identity?.file;
  }

  private letGo(): void {
    this.statements = undefined; // libsql keeps the file open while a statement exists
    this.db?.close();
    this.db = undefined;
  }

  protected clean(): void {
    removeLeftovers(this.path, this.identity);
  }

  protected open(): Database.Database {
    const folder = dirname(this.path);
    if (!existsSync(folder)) {
      makeFolder(folder);
      // A cache does not belong in a repository.
      writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'w' });
    }
    removeLeftovers(this.path);
    const db = new (libsql())(this.path);
    const file = inodeOf(this.path);
    try {
      openSchema(db, this.path);
      this.identity = { ...identityOf(this.path), file };
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  }
}

/**
 * Runs every write. A transaction waits for the lock at BEGIN, where nothing has been done yet, and
 * a failed COMMIT throws.
 */
export function inTransaction<T>(db: Database.Database, operation: () => T): T {
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

/**
 * The first row. `get` is not used: a statement that fails there because of a lock stays active.
 * The next `get` would finish it with its old parameters. A read in between would keep its snapshot
 * open, so that nothing could be written any more.
 */
export function first<R>(statement: Database.Statement, parameters: unknown[] = []): R | undefined {
  return statement.all(parameters)[0] as R | undefined;
}

/**
 * Creates a folder and its parents. `recursive` is not used, because it never returns where a file
 * system refuses to create folders, as /proc does.
 */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was quicker
  }
}

/**
 * For a damaged file, or a file that is no database, SQLite's message names neither the file nor a
 * fix.
 */
function explained(error: unknown, path: string): unknown {
  if (!/SQLITE_(NOTADB|CORRUPT)/.test(String((error as { code?: string }).code))) return error;
  const what = `Cache file is damaged, or something else [path=${path}]`;
  return new Error(`${what}. Use another file, or delete this one if it is a cache`, { cause: error });
}

const isBusy = (error: unknown): boolean =>
  /SQLITE_BUSY|database is locked/i.test(`${(error as { code?: string }).code} ${String(error)}`);
