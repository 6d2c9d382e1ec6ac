/** A store in this process alone: for tests, and for trying out. Nothing outlives the process. */
import {
  type CacheStore,
  floorName,
  floorsOver,
  type Look,
  type NewEntry,
  type Selector,
  type StoreTime,
  type Subject,
} from './store';

type Row = NewEntry & { storedAt: StoreTime; gone: boolean };

export class MemoryStore implements CacheStore {
  readonly name = 'memory:';
  private readonly rows = new Map<string, Row>();
  private readonly floors = new Map<string, number>();
  private ticket = 0;
  private closed = false;

  /** @param clock - the store's clock; default the host's */
  constructor(private readonly clock: () => StoreTime = Date.now) {}

  async look(subject: Subject): Promise<Look> {
    this.checkOpen();
    const row = this.rows.get(subject.key);
    if (row !== undefined && !row.gone && row.ticket > this.floorOver(row, row.tags)) {
      const { ticket, startedAt, storedAt, header, data } = row;
      const found = { ticket, startedAt, storedAt, header, data: Uint8Array.from(data) };
      return { found, now: this.clock() };
    }
    return { why: row === undefined ? 'new' : 'invalidated', ...(await this.draw()) };
  }

  async draw(): Promise<{ ticket: number; now: StoreTime }> {
    this.checkOpen();
    return { ticket: ++this.ticket, now: this.clock() };
  }

  async put(entry: NewEntry): Promise<'stored' | 'superseded'> {
    this.checkOpen();
    const row = this.rows.get(entry.key);
    if (row !== undefined && row.ticket > entry.ticket) return 'superseded';
    if (this.floorOver(entry, entry.tags) >= entry.ticket) return 'superseded';
    this.rows.set(entry.key, {
      ...entry,
      tags: [...entry.tags],
      data: Uint8Array.from(entry.data),
      storedAt: this.clock(),
      gone: false,
    });
    return 'stored';
  }

  async invalidate(selector: Selector): Promise<{ entries: number }> {
    this.checkOpen();
    const name = floorName(selector);
    const covered = [...this.rows.values()].filter(
      (row) =>
        !row.gone && row.ticket > this.floorOver(row, row.tags) && floorsOver(row, row.tags).includes(name),
    );
    this.floors.set(name, ++this.ticket);
    for (const row of covered) Object.assign(row, { gone: true, header: '', data: new Uint8Array() });
    return { entries: covered.length };
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  private floorOver(subject: Subject, tags: readonly string[]): number {
    return Math.max(0, ...floorsOver(subject, tags).map((name) => this.floors.get(name) ?? 0));
  }

  private checkOpen(): void {
    if (this.closed) throw new Error('Memory store is closed');
  }
}
