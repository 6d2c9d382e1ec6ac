/**
 * A store for a process that only reads. Every operation that would write is refused here, whatever
 * calls it.
 */
import { CacheReadOnlyError } from '../errors';
import {
  type CacheStore,
  type EntryFilter,
  type EntryRecord,
  type Look,
  NO_TICKET,
  type Note,
  type StoreStats,
  type Subject,
} from './store';
import { PostgresReading } from './postgres/reading';
import { PostgresStore } from './postgres/store';
import { SqliteStore } from './sqlite';
import { SqliteReading } from './sqlite/reading';

export class ReadOnlyStore implements CacheStore {
  private readonly reading: CacheStore;

  /**
   * @param given - a database of this package is read by a connection that creates nothing. Any
   * other store is asked only for operations that read
   */
  constructor(private readonly given: CacheStore) {
    if (given instanceof PostgresStore) this.reading = new PostgresReading(given.given);
    else if (given instanceof SqliteStore) this.reading = new SqliteReading(given);
    else this.reading = given;
  }

  get name(): string {
    return this.given.name;
  }

  get limits(): readonly string[] | undefined {
    return this.given.limits;
  }

  /** Whether the store exists: its file, or its tables. */
  async isThere(): Promise<boolean> {
    const { reading } = this;
    return reading instanceof PostgresReading || reading instanceof SqliteReading ? reading.isThere() : true;
  }

  /** Answers a miss without a ticket, even where the user's own store draws one. */
  async look(subject: Subject): Promise<Look> {
    const look = await this.reading.look(subject);
    return look.found === undefined ? { ...look, ticket: NO_TICKET } : look;
  }

  entries(filter: EntryFilter): AsyncIterable<EntryRecord> {
    return this.reading.entries(filter);
  }

  stats(filter: EntryFilter): Promise<StoreStats> {
    return this.reading.stats(filter);
  }

  notes(prefix: string): Promise<Note[]> {
    return this.reading.notes(prefix);
  }

  about(): Promise<Record<string, string>> {
    return this.reading.about();
  }

  draw = this.refuse('draw');
  put = this.refuse('put');
  invalidate = this.refuse('invalidate');
  touch = this.refuse('touch');
  prune = this.refuse('prune');
  note = this.refuse('note');
  claim = this.refuse('claim');

  async close(): Promise<void> {
    await Promise.all([this.reading.close(), this.reading === this.given ? undefined : this.given.close()]);
  }

  private refuse(operation: string): () => Promise<never> {
    return () =>
      Promise.reject(
        new CacheReadOnlyError(
          `Store ${operation} refused [store=${this.name}]: this process only reads the cache ` +
            "(access: 'read', or ACTIVITY_CACHE=readonly)",
        ),
      );
  }
}
