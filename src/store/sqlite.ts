/**
 * The embedded store: one SQLite file, shared by any number of processes of one host (not over a
 * network file system). A killed process loses no acknowledged write. A power cut may lose the last
 * writes, but never the file.
 *
 * The driver is `libsql`, because it is prebuilt for every platform inside registry packages and
 * needs neither a compiler nor an install script.
 */
import { stat } from 'node:fs/promises';
// SQLite is synchronous, so long work must yield to the event loop.
import { setImmediate as eventLoop } from 'node:timers/promises';
import type { Database } from 'libsql';
import { floorName, floorsOfPast, floorsOver, floorsOverTags } from './filter';
import type {
  CacheStore,
  Checked,
  Drawn,
  EntryFilter,
  EntryRecord,
  Look,
  NewEntry,
  Note,
  Pruned,
  PruneLimits,
  StoreStats,
  StoreTime,
  Subject,
} from './store';
import { above } from './prefix';
import { BATCH, dropBatch, giveBack, pruneBatch, raiseFloor } from './sqlite/dropping';
import { first, inTransaction, SqliteFile } from './sqlite/file';
import { PAGE, page, type Position, statsOf } from './sqlite/listing';
import { SCHEMA } from './sqlite/schema';
import { prepare, type Statements } from './sqlite/statements';

/** The options of a {@link SqliteStore} besides its path. */
export interface SqliteStoreOptions {
  /** The store's clock. Default: the host's, as SQLite reads it. */
  clock?: () => StoreTime;
  /**
   * How long one operation retries while other processes write, in milliseconds. Default 5,000. If
   * the plugin's `store` is a URL, it is at least `storeTimeout`.
   */
  lockWaitMs?: number;
}

/**
 * Larger results have their own table, so that lists and look-ups of small results read few pages.
 */
const INLINE_BYTES = 8 * 1024;

/** How many entries are checked before others have a turn, which takes some milliseconds. */
const CHECKED_AT_ONCE = 100;

/** In SQLite a blob is greater than any text. */
const ABOVE_ALL = Buffer.alloc(0);

/** The columns that decide whether an entry counts. */
interface Standing {
  ticket: number;
  last: number;
  started_at: number;
  gone_at: number | null;
  floor: number | null;
  tag_floor: number | null;
}

interface Row extends Standing {
  now: StoreTime;
  stored_at: number;
  header: string;
  data: ArrayBuffer | null;
}

/**
 * A SQLite file as a store, shared by any number of processes of one host. This is what
 * `store: 'sqlite:path'` opens.
 *
 * @example
 * ```ts
 * new CachePlugin({ store: new SqliteStore('/var/cache/results.db') });
 * ```
 */
export class SqliteStore implements CacheStore {
  readonly name: string;
  private readonly clock?: () => StoreTime;
  /** @internal */
  protected file: SqliteFile<Statements>;

  /** Opens nothing. The first operation creates the file and its folder. */
  constructor(
    /** The path of the file. */
    readonly path: string,
    /** The options as they were given. */
    readonly options: SqliteStoreOptions = {},
  ) {
    this.name = `sqlite:${path}`;
    this.clock = options.clock;
    this.file = new SqliteFile(path, options.lockWaitMs, prepare);
  }

  look(subject: Subject): Promise<Look> {
    const floors = floorsOver(subject, []);
    return this.file.run((sql, db): Look => {
      const row = first<Row>(sql.look, [...floors, subject.key]);
      if (row === undefined || !counts(row)) {
        return { why: row === undefined ? 'new' : 'invalidated', ...this.drawIn(sql, db) };
      }
      const { ticket, started_at: startedAt, stored_at: storedAt, header } = row;
      const data = row.data === null ? undefined : new Uint8Array(row.data);
      return { found: { ticket, startedAt, storedAt, header, data }, now: this.clock?.() ?? row.now };
    });
  }

  async check(subjects: readonly Subject[]): Promise<Checked> {
    const standing: Checked['standing'] = [];
    for (let from = 0; from < subjects.length; from += CHECKED_AT_ONCE) {
      const some = subjects.slice(from, from + CHECKED_AT_ONCE);
      standing.push(...(await this.file.run((sql) => some.map((subject) => standingOf(sql, subject)))));
      await eventLoop();
    }
    return { standing, now: await this.file.run((sql) => this.now(sql)) };
  }

  draw(): Promise<Drawn> {
    return this.file.transaction((sql) => this.drawWith(sql));
  }

  put(entry: NewEntry): Promise<'stored' | 'superseded'> {
    const { key, scope, namespace, ticket } = entry;
    // A copy, because the caller's bytes may change while this waits for the lock.
    const data = Buffer.from(entry.data);
    const tags = [...entry.tags];
    const inline = data.length <= INLINE_BYTES;
    const floors = JSON.stringify([...floorsOver(entry, tags), ...floorsOfPast(key)]);
    const tagFloors = JSON.stringify(floorsOverTags(entry, tags));
    return this.file.transaction((sql) => {
      const now = this.now(sql);
      const before = first<{ tags: string }>(sql.tagsOf, [key]);
      const { changes } = sql.put.run(
        [key, scope, namespace, entry.activityType, entry.version, JSON.stringify(tags), tagFloors, ticket],
        [entry.startedAt, now, now, entry.keepUntil ?? null, entry.durationMs, data.length],
        [entry.header, inline ? data : null],
        [ticket, floors, ticket],
      );
      if (Number(changes) === 0) return 'superseded';
      if (before !== undefined) {
        sql.dropPayloads.run([key]);
        if (before.tags !== '[]') sql.dropTags.run([key]);
      }
      for (const tag of tags) sql.putTag.run([scope, tag, namespace, key]);
      if (!inline) sql.putPayload.run([key, ticket, data]);
      return 'stored';
    });
  }

  async invalidate(filter: EntryFilter): Promise<{ entries: number }> {
    const name = floorName(filter);
    const begun = await this.file.transaction((sql, db) => {
      const drawn = this.drawWith(sql);
      return { ...drawn, entries: name === undefined ? 0 : raiseFloor(sql, db, { name, filter, ...drawn }) };
    });
    let { entries } = begun;
    for (let dropped = name === undefined ? BATCH : 0; dropped === BATCH;) {
      const batch = await this.file.transaction((sql, db) =>
        dropBatch(sql, db, filter, begun.ticket, begun.now),
      );
      dropped = batch.keys;
      entries += batch.entries;
      await eventLoop();
    }
    return { entries };
  }

  touch(keys: readonly string[]): Promise<void> {
    return this.file.transaction((sql) => {
      const now = this.now(sql);
      for (const key of keys) sql.touch.run([now, key]);
    });
  }

  async *entries(filter: EntryFilter): AsyncGenerator<EntryRecord> {
    let last: Position | undefined;
    do {
      const records: EntryRecord[] = await this.file.run((sql, db) => page(db, filter, last, this.now(sql)));
      yield* records;
      last = records.length < PAGE ? undefined : records.at(-1);
      await eventLoop();
    } while (last !== undefined);
  }

  stats(filter: EntryFilter): Promise<StoreStats> {
    return this.file.run((sql, db) => statsOf(db, filter, this.now(sql)));
  }

  async prune(limits: PruneLimits): Promise<Pruned> {
    const pruned = await this.file.transaction((sql, db) => pruneBatch(sql, db, limits, this.now(sql)));
    const more = await this.file.run((_, db) => giveBack(db));
    return { ...pruned, more: pruned.more || more };
  }

  note(name: string, text: string | undefined): Promise<void> {
    return this.file.transaction((sql) => {
      if (text === undefined) sql.dropNote.run([name]);
      else sql.putNote.run([name, text, this.now(sql)]);
    });
  }

  claim(name: string, text: string): Promise<string> {
    return this.file.transaction((sql) => {
      sql.claimNote.run([name, text, this.now(sql)]);
      return first<Note>(sql.note, [name])!.text;
    });
  }

  notes(prefix: string): Promise<Note[]> {
    return this.file.run((sql) => {
      const now = this.now(sql);
      const notes = sql.notes.all([prefix, above(prefix) ?? ABOVE_ALL]) as Omit<Note, 'ageMs'>[];
      return notes.map((note) => ({ ...note, ageMs: Math.max(0, now - note.at) }));
    });
  }

  async about(): Promise<Record<string, string>> {
    const sqlite = await this.file.run((_, db) => {
      const { version } = first<{ version: string }>(db.prepare('SELECT sqlite_version() AS version'))!;
      return version;
    });
    const { size } = await stat(this.path);
    return { SQLite: sqlite, schema: String(SCHEMA), file: this.path, fileBytes: String(size) };
  }

  async close(): Promise<void> {
    this.file.close();
  }

  /** @internal */
  protected drawIn(sql: Statements, db: Database): Drawn {
    return inTransaction(db, () => this.drawWith(sql));
  }

  /** Must run within a transaction. */
  private drawWith(sql: Statements): Drawn {
    const { ticket } = first<{ ticket: number }>(sql.draw)!;
    return { ticket, now: this.now(sql) };
  }
  /**
   * The store's time. It may differ from the time of the process, because a test may set it.
   *
   * @internal
   */
  protected now(sql: Statements): StoreTime {
    return this.clock?.() ?? first<{ now: StoreTime }>(sql.now)!.now;
  }
}

const counts = ({ gone_at, ticket, floor, tag_floor, last }: Standing): boolean =>
  gone_at === null && ticket > Math.max(floor ?? 0, tag_floor ?? 0) && ticket <= last;

function standingOf(sql: Statements, subject: Subject): Checked['standing'][number] {
  const row = first<Standing>(sql.check, [...floorsOver(subject, []), subject.key]);
  return row !== undefined && counts(row) ? { ticket: row.ticket, startedAt: row.started_at } : undefined;
}
