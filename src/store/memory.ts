/**
 * A store in the memory of this process, for tests and for trying out. Nothing outlives the
 * process.
 */
import { BEGINNING, floorName, floorsOfPast, floorsOver, matches, removedLike } from './filter';
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
import { addTo, emptyStats } from './sizes';
import { ticketAfter } from './tickets';

/** An entry. `gone` means that it was invalidated and has no result. */
type Row = NewEntry & { storedAt: StoreTime; usedAt: StoreTime; gone?: true };

/**
 * A store in the memory of this process: what `store: 'memory:'` opens. Nothing outlives the
 * process.
 */
export class MemoryStore implements CacheStore {
  readonly name = 'memory:';
  private readonly rows = new Map<string, Row>();
  private readonly texts = new Map<string, Omit<Note, 'ageMs'>>();
  private ticket = ticketAfter(0, Date.now()) - 1;
  private readonly floors = new Map([[BEGINNING, this.ticket]]);
  private closed = false;

  /** @param clock - the store's clock. Default: the host's */
  constructor(private readonly clock: () => StoreTime = Date.now) {}

  async look(subject: Subject): Promise<Look> {
    this.checkOpen();
    const row = this.rows.get(subject.key);
    if (row !== undefined && !row.gone && row.ticket > this.floorOver(row)) {
      const { ticket, startedAt, storedAt, header, data } = row;
      const found = { ticket, startedAt, storedAt, header, data: Uint8Array.from(data) };
      return { found, now: this.clock() };
    }
    return { why: row === undefined ? 'new' : 'invalidated', ...this.drawn() };
  }

  async check(subjects: readonly Subject[]): Promise<Checked> {
    this.checkOpen();
    const standing = subjects.map(({ key }) => {
      const row = this.rows.get(key);
      if (row === undefined || row.gone || row.ticket <= this.floorOver(row)) return undefined;
      return { ticket: row.ticket, startedAt: row.startedAt };
    });
    return { standing, now: this.clock() };
  }

  async draw(): Promise<Drawn> {
    this.checkOpen();
    return this.drawn();
  }

  async put(entry: NewEntry): Promise<'stored' | 'superseded'> {
    this.checkOpen();
    const row = this.rows.get(entry.key);
    if (row !== undefined && row.ticket > entry.ticket) return 'superseded';
    const floor = this.highest([...floorsOver(entry, entry.tags), ...floorsOfPast(entry.key)]);
    if (!(entry.ticket > floor && entry.ticket <= this.ticket)) return 'superseded';
    const now = this.clock();
    const copy = { ...entry, tags: [...entry.tags], data: Uint8Array.from(entry.data) };
    this.rows.delete(entry.key); // so that the newest is last
    this.rows.set(entry.key, { ...copy, storedAt: now, usedAt: now });
    return 'stored';
  }

  async invalidate(filter: EntryFilter): Promise<{ entries: number }> {
    this.checkOpen();
    const covered = this.counting(filter);
    const { ticket } = this.drawn();
    const name = floorName(filter);
    if (name !== undefined) this.floors.set(name, ticket);
    for (const row of covered) Object.assign(row, { gone: true, ticket, header: '', data: new Uint8Array() });
    return { entries: covered.length };
  }

  async touch(keys: readonly string[]): Promise<void> {
    this.checkOpen();
    for (const key of keys) {
      const row = this.rows.get(key);
      if (row !== undefined) row.usedAt = this.clock();
    }
  }

  async *entries(filter: EntryFilter): AsyncGenerator<EntryRecord> {
    this.checkOpen();
    for (const { gone: _, data, ...row } of this.counting(filter).reverse()) {
      yield { ...row, tags: [...row.tags], bytes: data.length, now: this.clock() };
    }
  }

  async stats(filter: EntryFilter): Promise<StoreStats> {
    this.checkOpen();
    const stats = emptyStats();
    for (const row of this.counting(filter)) {
      addTo(stats, row.activityType, row.data.length, this.isStale(row));
    }
    return stats;
  }

  async prune({ maxBytes = Infinity, onlyInvalidated = false }: PruneLimits): Promise<Pruned> {
    this.checkOpen();
    const pruned: Pruned = { entries: 0, bytes: 0, more: false };
    if (onlyInvalidated) return pruned; // their results were dropped when they were invalidated
    const drop = (row: Row) => {
      this.rows.delete(row.key);
      const like = removedLike(row.key);
      this.floors.set(like, Math.max(row.ticket, this.highest([like])));
      pruned.entries++;
      pruned.bytes += row.data.length;
    };
    const counting = this.counting({});
    counting.filter((row) => this.isStale(row)).forEach(drop);
    const rest = counting.filter((row) => this.rows.has(row.key)).sort((a, b) => a.usedAt - b.usedAt);
    let bytes = rest.reduce((sum, row) => sum + row.data.length, 0);
    for (const row of rest) {
      if (bytes <= maxBytes) break;
      bytes -= row.data.length;
      drop(row);
    }
    return pruned;
  }

  async note(name: string, text: string | undefined): Promise<void> {
    this.checkOpen();
    if (text === undefined) this.texts.delete(name);
    else this.texts.set(name, { name, text, at: this.clock() });
  }

  async claim(name: string, text: string): Promise<string> {
    this.checkOpen();
    const kept = this.texts.get(name);
    if (kept === undefined) await this.note(name, text);
    return kept?.text ?? text;
  }

  async notes(prefix: string): Promise<Note[]> {
    this.checkOpen();
    const found = [...this.texts.values()].filter(({ name }) => name.startsWith(prefix));
    const now = this.clock();
    return found
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((note) => ({ ...note, ageMs: Math.max(0, now - note.at) }));
  }

  async about(): Promise<Record<string, string>> {
    this.checkOpen();
    return { place: 'this process', rows: String(this.rows.size) };
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  private counting(filter: EntryFilter): Row[] {
    const now = this.clock();
    return [...this.rows.values()].filter(
      (row) => !row.gone && row.ticket > this.floorOver(row) && matches(row, filter, now),
    );
  }

  private isStale = ({ keepUntil = Infinity }: Row): boolean => this.clock() > keepUntil;

  private floorOver(entry: NewEntry): number {
    return this.highest(floorsOver(entry, entry.tags));
  }

  private highest(names: string[]): number {
    return Math.max(0, ...names.map((name) => this.floors.get(name) ?? 0));
  }

  private drawn(): Drawn {
    this.ticket = ticketAfter(this.ticket, Date.now());
    return { ticket: this.ticket, now: this.clock() };
  }

  private checkOpen(): void {
    if (this.closed) throw new Error('Memory store is closed');
  }
}
