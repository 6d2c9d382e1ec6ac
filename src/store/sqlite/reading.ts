/** Reads a SQLite file without the right to write to the file or to its folder. */
import { existsSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type Database from 'libsql';
import { libsql } from '../drivers';
import {
  type Drawn,
  type EntryFilter,
  type EntryRecord,
  type Look,
  NO_TICKET,
  type Note,
  type StoreStats,
  type Subject,
} from '../store';
import { emptyStats } from '../sizes';
import { SqliteStore } from '../sqlite';
import { SqliteFile } from './file';
import { checkSchema, SCHEMA } from './schema';
import { prepare, type Statements } from './statements';

export class SqliteReading extends SqliteStore {
  constructor({ path, options }: SqliteStore) {
    super(path, options);
    this.file = new FileToRead(path, options.lockWaitMs, prepare);
  }

  async isThere(): Promise<boolean> {
    if (!existsSync(this.path)) return false;
    return this.orNone(() => this.file.run(() => true), false);
  }

  override look(subject: Subject): Promise<Look> {
    const none = { why: 'new', ticket: NO_TICKET, now: Date.now() } as const;
    return this.orNone(() => super.look(subject), none);
  }

  protected override drawIn(sql: Statements): Drawn {
    return { ticket: NO_TICKET, now: this.now(sql) };
  }

  override async *entries(filter: EntryFilter): AsyncGenerator<EntryRecord> {
    if (await this.isThere()) yield* super.entries(filter);
  }

  override stats(filter: EntryFilter): Promise<StoreStats> {
    return this.orNone(() => super.stats(filter), emptyStats());
  }

  override notes(prefix: string): Promise<Note[]> {
    return this.orNone(() => super.notes(prefix), []);
  }

  private async orNone<T>(ask: () => Promise<T>, none: T): Promise<T> {
    if (!existsSync(this.path)) return none;
    try {
      return await ask();
    } catch (error) {
      if (error instanceof NoTables) return none;
      throw error;
    }
  }
}

/** The file has no tables, or those of an older version, whose entries do not count. */
class NoTables extends Error {}

/**
 * Opens the file for reading. While processes write to the file, it has a log beside it (`-wal`),
 * and is read together with the log. Without a log nobody writes, and the file is opened as
 * immutable, which needs no right to create a log. When it has changed, it is opened again.
 */
class FileToRead extends SqliteFile<Statements> {
  private opened?: string;

  protected override get isTakenAway(): boolean {
    return this.db !== undefined && this.state !== this.opened;
  }

  protected override clean(): void {
    // this process has no right to clean up
  }

  protected override open(): Database.Database {
    const { state } = this;
    const access = state?.endsWith('log') ? 'mode=ro' : 'mode=ro&immutable=1';
    const db = new (libsql())(`${pathToFileURL(this.path).href}?${access}`);
    try {
      if (checkSchema(db, this.path) !== SCHEMA) throw new NoTables();
    } catch (error) {
      db.close();
      throw error;
    }
    this.opened = state;
    return db;
  }

  private get state(): string | undefined {
    const file = statSync(this.path, { throwIfNoEntry: false, bigint: true });
    if (file === undefined) return undefined;
    if (existsSync(`${this.path}-wal`)) return `${file.ino} with a log`;
    return [file.ino, file.mtimeNs, file.size].join();
  }
}
