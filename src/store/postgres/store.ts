/** A Postgres server as a store, for Workers on many hosts. */
import { floorsOver, floorsOverTags } from '../filter';
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
} from '../store';
import { above } from '../prefix';
import { PostgresAdapter } from './adapter';
import type { Statement } from './connection';
import { invalidate, prune } from './dropping';
import { floorId, idsOfPast } from './floor-ids';
import { pages, statsOf } from './listing';
import type { PostgresOptions } from './options';
import { SCHEMA } from './schema';
import { storeStatements } from './statements';
import { Tickets } from './tickets';

interface LookRow {
  ticket: string | null;
  started_at: StoreTime;
  stored_at: StoreTime;
  header: string | null;
  data: Buffer | null;
  wasThere: boolean;
  drawn: string | null;
  now: StoreTime;
}

type CheckRow = Pick<LookRow, 'ticket' | 'started_at' | 'now'>;

/**
 * Keeps results in PostgreSQL 12 or newer. Times are the server's. It is a `KeyvPostgres` too: a
 * plain `Keyv` may use the same object, and does not see the entries of the cache.
 */
export class PostgresStore extends PostgresAdapter implements CacheStore {
  /** @internal */
  protected readonly statements: ReturnType<typeof storeStatements>;
  private readonly tickets: Tickets;

  constructor(
    /** The options as they were given. */
    readonly given: PostgresOptions,
  ) {
    super(given);
    this.statements = storeStatements(this.connection.s);
    this.tickets = new Tickets(this.connection);
  }

  look(subject: Subject): Promise<Look> {
    return this.tickets.drawnBy(() => this.ask(this.statements.look, subject));
  }

  /** @internal */
  protected async ask(look: Statement, subject: Subject): Promise<Look> {
    const floors = floorsOver(subject, []).map(floorId);
    const [row] = await this.connection.rows<LookRow>(look, [subject.key, floors]);
    const { ticket, started_at: startedAt, stored_at: storedAt, header, data, drawn, wasThere, now } = row!;
    if (drawn !== null) return { why: wasThere ? 'invalidated' : 'new', ticket: Number(drawn), now };
    const found = {
      ticket: Number(ticket),
      startedAt,
      storedAt,
      header: header ?? '',
      data: data ?? undefined,
    };
    return { found, now };
  }

  async check(subjects: readonly Subject[]): Promise<Checked> {
    const floors = subjects.map((subject) => floorsOver(subject, []).map(floorId));
    const rows = await this.connection.rows<CheckRow>(this.statements.check, [
      subjects.map(({ key }) => key),
      floors.flat(),
      floors[0]!.length,
    ]);
    const standing = rows.map(({ ticket, started_at: startedAt }) =>
      ticket === null ? undefined : { ticket: Number(ticket), startedAt },
    );
    return { standing, now: rows[0]!.now };
  }

  draw(): Promise<Drawn> {
    return this.tickets.drawnBy(async () => {
      const [row] = await this.connection.rows<{ ticket: string; now: StoreTime }>(this.statements.draw);
      return { ticket: Number(row!.ticket), now: row!.now };
    });
  }

  async put(entry: NewEntry): Promise<'stored' | 'superseded'> {
    const { key, scope, namespace, activityType, version, ticket, startedAt, durationMs, header } = entry;
    if (!Number.isSafeInteger(ticket)) return 'superseded';
    const tags = [...entry.tags];
    // A copy, because the caller's bytes may change while this waits for a connection.
    const data = Buffer.from(entry.data);
    const stored = await this.connection.rows(this.statements.put, [
      ...[key, scope, namespace, activityType, version, tags, floorsOverTags(entry, tags).map(floorId)],
      ...[
        ticket,
        startedAt,
        entry.keepUntil ?? null,
        durationMs,
        header,
        data,
        [...floorsOver(entry, tags).map(floorId), ...idsOfPast(key)],
      ],
    ]);
    if (stored.length === 1) return 'stored';
    await this.tickets.keepUp(); // the ticket may be from before the server was restored
    return 'superseded';
  }

  async invalidate(filter: EntryFilter): Promise<{ entries: number }> {
    await this.tickets.keepUp();
    return { entries: await invalidate(this.connection, filter) };
  }

  async touch(keys: readonly string[]): Promise<void> {
    await this.connection.rows(this.statements.touch, [keys]);
  }

  entries(filter: EntryFilter): AsyncGenerator<EntryRecord> {
    return pages(this.connection, filter);
  }

  stats(filter: EntryFilter): Promise<StoreStats> {
    return statsOf(this.connection, filter);
  }

  prune(limits: PruneLimits): Promise<Pruned> {
    return prune(this.connection, limits);
  }

  async note(name: string, text: string | undefined): Promise<void> {
    if (text === undefined) await this.connection.rows(this.statements.dropNote, [name]);
    else await this.connection.rows(this.statements.note, [name, text]);
  }

  async claim(name: string, text: string): Promise<string> {
    const [kept] = await this.connection.rows<{ text: string }>(this.statements.claim, [name, text]);
    return kept!.text;
  }

  notes(prefix: string): Promise<Note[]> {
    const end = above(prefix);
    const { notes, allNotes } = this.statements;
    return end === undefined
      ? this.connection.rows(allNotes, [prefix])
      : this.connection.rows(notes, [prefix, end]);
  }

  async about(): Promise<Record<string, string>> {
    const { s, schema } = this.connection;
    const [row] = await this.connection.rows<AboutRow>(this.statements.about, [s]);
    const { version, role, standby, tls, bytes } = row!;
    return {
      PostgreSQL: version,
      place: this.name,
      schema: `${schema}, version ${SCHEMA}`,
      role,
      tls,
      standby: standby ? 'yes: nothing can be stored' : 'no',
      bytes: String(bytes),
    };
  }

  /** Same as `disconnect`. */
  close(): Promise<void> {
    return this.disconnect();
  }
}

interface AboutRow {
  version: string;
  role: string;
  standby: boolean;
  tls: string;
  bytes: number;
}
