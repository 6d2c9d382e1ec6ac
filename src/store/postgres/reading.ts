/** Reads the tables with a role that has only SELECT on them. */
import {
  type EntryFilter,
  type EntryRecord,
  type Look,
  NO_TICKET,
  type Note,
  type StoreStats,
  type StoreTime,
  type Subject,
} from '../store';
import { emptyStats } from '../sizes';
import { statement } from './connection';
import type { PostgresOptions } from './options';
import { NOW, NoTables } from './schema';
import { PostgresStore } from './store';

const now = statement(`SELECT ${NOW} AS now`);

export class PostgresReading extends PostgresStore {
  constructor(given: PostgresOptions) {
    super(given);
    this.connection.makeNoTables();
  }

  isThere(): Promise<boolean> {
    return this.orNone(
      async () => {
        await this.connection.withTables();
        return true;
      },
      () => false,
    );
  }

  override look(subject: Subject): Promise<Look> {
    const none = async (): Promise<Look> => {
      const [row] = await this.connection.plain<{ now: StoreTime }>(now);
      return { why: 'new', ticket: NO_TICKET, now: row!.now };
    };
    return this.orNone(() => this.ask(this.statements.peek, subject), none);
  }

  override async *entries(filter: EntryFilter): AsyncGenerator<EntryRecord> {
    if (await this.isThere()) yield* super.entries(filter);
  }

  override stats(filter: EntryFilter): Promise<StoreStats> {
    return this.orNone(() => super.stats(filter), emptyStats);
  }

  override notes(prefix: string): Promise<Note[]> {
    return this.orNone(
      () => super.notes(prefix),
      () => [],
    );
  }

  private async orNone<T>(ask: () => Promise<T>, none: () => T | Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof NoTables) return none();
      throw error;
    }
  }
}
