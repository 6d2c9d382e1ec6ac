/**
 * Any Keyv as a store. The docstring of the class lists what is guaranteed and what is best effort.
 */
import type { AnyKeyv } from './keyv/any-keyv';
import { Floors } from './keyv/floors';
import { counts, type Listed, Listing, toRecord } from './keyv/listing';
import { limitsOf } from './keyv/limits';
import { Notes } from './keyv/notes';
import { forAll, Records } from './keyv/records';
import { Pass } from './keyv/pass';
import { Pruning } from './keyv/pruning';
import { DAMAGED, newId, recordOf, type Row, type Text, toRow } from './keyv/record-format';
import { isTicket, nextTicket } from './keyv/tickets';
import { inTurn } from './keyv/turns';
import { floorName, floorsOver, floorsOverTags, removedLike } from './filter';
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
  StoredEntry,
  StoreStats,
  StoreTime,
  Subject,
} from './store';
import { addTo, emptyStats } from './sizes';

/** The options of a {@link KeyvStore} besides its Keyv. */
export interface KeyvStoreOptions {
  /** The store's clock. Default: the host's. Tickets always follow the host's clock. */
  clock?: () => StoreTime;
}

/**
 * Larger results have their own record, so that look-ups of other entries, and lists, read little.
 */
const INLINE_BYTES = 8 * 1024;

/**
 * A cache in a Keyv with any adapter, namespace, compression and serialiser. A hit takes one round
 * trip where the adapter has `getMany`, and one more if the entry has tags or a result above 8 kB.
 *
 * A Keyv can only read and write single records. **Within one process** all promises of {@link
 * CacheStore} hold, also for several objects on the same data. **Between processes** they hold with
 * these exceptions, which `limits` tells to people:
 *
 * - Order follows the hosts' clocks, where one process has not seen what the other did. Clocks must
 *   agree within an hour.
 * - If two processes store the same key at the same instant, the last write wins. The same goes for
 *   floors of the same name.
 * - `claim`: two processes may get two answers if they claim a name within some 50 milliseconds.
 * - `notes`: a new name may be missing, until its note is written again, if another process notes
 *   another new name at the same instant.
 *
 * Floors are ordinary records. If the adapter drops records on its own, invalidated results can
 * come back. Floors and notes are written without a `ttl`. Results have the Keyv's own, which only
 * frees space.
 *
 * Listing (`entries`, `stats`, `prune`, the count of `invalidate`, filters without a floor) needs
 * an adapter that can iterate, and reads all its records, in no order. `invalidate` takes effect
 * before it counts.
 *
 * `close` leaves the Keyv connected, because the Keyv belongs to its maker.
 */
export class KeyvStore implements CacheStore {
  private readonly clock: () => StoreTime;
  private readonly records: Records;
  private readonly floors: Floors;
  private readonly listing: Listing;
  private readonly noted: Notes;
  private readonly pruning: Pruning;
  private closed = false;

  constructor(keyv: AnyKeyv, options: KeyvStoreOptions = {}) {
    this.clock = options.clock ?? Date.now;
    this.records = new Records(keyv);
    this.floors = new Floors(this.records);
    this.listing = new Listing(this.records, this.floors);
    this.noted = new Notes(this.records, this.clock);
    this.pruning = new Pruning((only) => new Pass(this.records, this.listing, this.floors, this.clock, only));
  }

  get name(): string {
    const { adapter, namespace } = this.records;
    return `Keyv over ${adapter}${namespace ? `, namespace '${namespace}'` : ''}`;
  }

  get limits(): readonly string[] {
    return limitsOf(this.records.lists);
  }

  async look(subject: Subject): Promise<Look> {
    this.checkOpen();
    for (let missing: string | undefined; ;) {
      const { row, floor } = await this.read(subject.key, floorsOver(subject, []));
      const now = this.clock();
      if (row === undefined) return { why: 'new', ...this.drawn() };
      if (row === DAMAGED) return { found: DAMAGED_ENTRY, now };
      const gone = row.goneAt !== undefined || row.ticket <= floor;
      const beside = gone ? undefined : await this.readBeside(row);
      if (beside === undefined || row.ticket <= beside.floor) return { why: 'invalidated', ...this.drawn() };
      const { ticket, startedAt, storedAt, header, id } = row;
      // A put drops the old bytes after it has replaced their entry. So they are lost only if the
      // entry that is read again still names them.
      if (beside.data === undefined && id !== missing) {
        missing = id;
        continue;
      }
      return { found: { ticket, startedAt, storedAt, header, data: beside.data }, now };
    }
  }

  /** Takes two round trips for a hundred subjects. */
  async check(subjects: readonly Subject[]): Promise<Checked> {
    this.checkOpen();
    const texts = await this.records.read(subjects.map(({ key }) => recordOf.entry(key)));
    const rows = subjects
      .map(({ key }, i) => toRow(key, texts[i]))
      .filter((row) => row !== undefined && row !== DAMAGED && row.goneAt === undefined) as Row[];
    const counting = (await this.listing.complete(rows)).filter(counts);
    const byKey = new Map(
      counting.map(({ row: { key, ticket, startedAt } }) => [key, { ticket, startedAt }]),
    );
    return { standing: subjects.map(({ key }) => byKey.get(key)), now: this.clock() };
  }

  async draw(): Promise<Drawn> {
    this.checkOpen();
    return this.drawn();
  }

  async put(entry: NewEntry): Promise<'stored' | 'superseded'> {
    this.checkOpen();
    if (!isTicket(entry.ticket)) return 'superseded';
    const { data, tags, ...rest } = entry;
    const base64 = Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64');
    const id = data.length > INLINE_BYTES ? newId() : undefined;
    const kept = id === undefined ? { data: base64 } : { id };
    const row = { ...rest, tags: [...tags], bytes: data.length, ...kept };
    const record = recordOf.entry(entry.key);
    return inTurn(record, async () => {
      const { row: before, floor } = await this.read(entry.key, [
        ...floorsOver(row, row.tags),
        removedLike(entry.key),
      ]);
      const known = before === DAMAGED ? undefined : before;
      if ((known?.ticket ?? 0) > entry.ticket || floor >= entry.ticket) return 'superseded';
      if (id !== undefined)
        await this.records.write(recordOf.bytes(entry.key, id), base64, { expires: true });
      const text = JSON.stringify({ ...row, storedAt: this.clock() } satisfies Row);
      await this.records.write(record, text, { expires: true }); // from here on look-ups find the new entry
      if (known?.id !== undefined) await this.dropBytes(entry.key, known.id);
      return 'stored';
    });
  }

  async invalidate(filter: EntryFilter): Promise<{ entries: number | undefined }> {
    this.checkOpen();
    const name = floorName(filter);
    if (name === undefined) return this.invalidateListed(filter);
    if (filter.key !== undefined) return { entries: await this.invalidateKey(filter.key, name) };
    const { before, ticket } = await this.floors.raise(name);
    if (!this.records.lists) return { entries: undefined };
    let entries = 0;
    for await (const page of this.listing.pages(filter, this.clock)) {
      const countedUntilThen = ({ row, floors }: Listed) =>
        row.ticket <= ticket && counts({ row, floors: new Map(floors).set(name, before) });
      entries += page.filter(countedUntilThen).length;
    }
    return { entries };
  }

  async touch(keys: readonly string[]): Promise<void> {
    this.checkOpen();
    if (!this.records.lists) return; // only lists and `prune` use it
    const text = JSON.stringify({ at: this.clock() });
    await forAll([...new Set(keys)], (key) => this.records.write(recordOf.use(key), text));
  }

  async *entries(filter: EntryFilter): AsyncGenerator<EntryRecord> {
    this.checkLists('list entries');
    for await (const page of this.listing.pages(filter, this.clock)) {
      for (const listed of page.filter(counts)) yield toRecord(listed, this.clock());
    }
  }

  async stats(filter: EntryFilter): Promise<StoreStats> {
    this.checkLists('count entries');
    const stats = emptyStats();
    for await (const page of this.listing.pages(filter, this.clock)) {
      for (const { row } of page.filter(counts)) {
        addTo(stats, row.activityType, row.bytes, this.clock() > (row.keepUntil ?? Infinity));
      }
    }
    return stats;
  }

  async prune(limits: PruneLimits): Promise<Pruned> {
    this.checkLists('prune');
    return this.pruning.step(limits);
  }

  async note(name: string, text: string | undefined): Promise<void> {
    this.checkOpen();
    return this.noted.note(name, text);
  }

  async claim(name: string, text: string): Promise<string> {
    this.checkOpen();
    return this.noted.claim(name, text);
  }

  async notes(prefix: string): Promise<Note[]> {
    this.checkOpen();
    return this.noted.notes(prefix);
  }

  async about(): Promise<Record<string, string>> {
    this.checkOpen();
    await this.records.read([recordOf.notes]); // fails if the Keyv cannot be reached
    const { adapter, namespace = '', lists } = this.records;
    return { adapter, namespace, lists: lists ? 'yes' : 'no: its adapter has no iterator' };
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  private async invalidateKey(key: string, name: string): Promise<number> {
    return inTurn(recordOf.entry(key), async () => {
      const { row } = await this.read(key, []);
      const [listed] = row === undefined || row === DAMAGED ? [] : await this.listing.complete([row]);
      const { ticket } = await this.floors.raise(name);
      const counted = listed !== undefined && listed.row.goneAt === undefined && counts(listed);
      return counted && listed.row.ticket <= ticket ? 1 : 0;
    });
  }

  /**
   * Raises the floor of each key that the filter selects, because the filter itself has no floor.
   */
  private async invalidateListed(filter: EntryFilter): Promise<{ entries: number }> {
    this.checkLists('invalidate by such a filter (there is no floor for these fields together)');
    const ticket = nextTicket();
    let entries = 0;
    for await (const page of this.listing.pages(filter, this.clock)) {
      const before = page.filter(({ row }) => row.ticket <= ticket);
      await forAll(before, ({ row }) => this.floors.raise(floorName({ key: row.key })!, ticket));
      entries += before.filter(counts).length;
    }
    return { entries };
  }

  /** Reads the entry of a key, and the highest of these floors, in one round trip. */
  private async read(
    key: string,
    floors: string[],
  ): Promise<{ row: ReturnType<typeof toRow>; floor: number }> {
    const [entry, ...texts] = await this.records.read([recordOf.entry(key), ...floors.map(recordOf.floor)]);
    return { row: toRow(key, entry), floor: await this.floors.highest(floors, texts) };
  }

  /** Reads the records that only the entry can name: the floors of its tags, and a large result. */
  private async readBeside(row: Row): Promise<{ floor: number; data: Uint8Array | undefined }> {
    const floors = floorsOverTags(row, row.tags);
    const names = floors.map(recordOf.floor);
    if (row.id !== undefined) names.push(recordOf.bytes(row.key, row.id));
    const texts = names.length === 0 ? [] : await this.records.read(names);
    const base64: Text = row.id === undefined ? row.data : texts[floors.length];
    return {
      floor: await this.floors.highest(floors, texts),
      data: toBytes(base64, row.bytes),
    };
  }

  /**
   * Drops superseded bytes. The entry is stored even if this fails, and `prune` finds the bytes
   * that stay.
   */
  private async dropBytes(key: string, id: string): Promise<void> {
    await this.records.remove(recordOf.bytes(key, id)).catch(() => undefined);
  }

  private drawn(): Drawn {
    return { ticket: nextTicket(), now: this.clock() };
  }

  private checkOpen(): void {
    if (this.closed) throw new Error(`Store is closed [store=${this.name}]`);
  }

  private checkLists(what: string): void {
    this.checkOpen();
    if (this.records.lists) return;
    throw new Error(
      `A Keyv whose adapter has no iterator cannot ${what} [adapter=${this.records.adapter}]. ` +
        'Use an adapter that has one, or a sqlite: or postgres: store. ' +
        'Invalidating by key, tag, activity, version or scope works without one',
    );
  }
}

function toBytes(base64: Text, length: number): Uint8Array | undefined {
  if (typeof base64 !== 'string') return undefined;
  const bytes = new Uint8Array(Buffer.from(base64, 'base64')); // a copy, because small Buffers share memory
  return bytes.length === length ? bytes : undefined;
}

/** An entry that cannot be read is a miss, and the next result replaces it. */
const DAMAGED_ENTRY: StoredEntry = { ticket: 1, startedAt: 0, storedAt: 0, header: '', data: undefined };
