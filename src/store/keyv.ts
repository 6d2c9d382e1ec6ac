/** Any Keyv as a store: what holds, and what is best effort, is said at the class. */
import type { AnyKeyv } from './keyv/any-keyv';
import { Floors } from './keyv/floors';
import { counts, type Listed, Listing, toRecord } from './keyv/listing';
import { limitsOf } from './keyv/limits';
import { Notes } from './keyv/notes';
import { forAll, Place } from './keyv/place';
import { Pass } from './keyv/pass';
import { Pruning } from './keyv/pruning';
import { DAMAGED, newId, recordOf, type Row, type Text, toRow } from './keyv/records';
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

export interface KeyvStoreOptions {
  /** The store's clock. Default: the host's. Tickets go by the host's clock in any case. */
  clock?: () => StoreTime;
}

/** Larger results have a record of their own, so that look-ups of others, and lists, read little. */
const INLINE_BYTES = 8 * 1024;

/**
 * A cache in a Keyv: whatever its adapter, namespace, compression and serialiser. A hit is one round trip where the adapter has `getMany`;
 * tags, or a result above 8 kB, are one more.
 *
 * A Keyv can read and write a record, and no more. **Within one process** all that a {@link CacheStore} promises holds, also for several
 * objects on one place. **Between processes** it holds but for this, which `limits` says to people:
 *
 * - Order follows the hosts' clocks, where one process has not seen what the other did. Clocks must agree within an hour.
 * - Of two processes that store the same key at the same instant, the one that writes last wins. The same goes for floors of the same name.
 * - `claim`: two processes may get two answers if they claim a name within some 50 milliseconds.
 * - `notes`: a new name may be missing, until its note is written again, if another process notes another new name at the same instant.
 *
 * Floors are records like others. In a place that drops records on its own, what was invalidated can come back. Floors and notes are
 * written without a `ttl`; results take the Keyv's own, which only frees space.
 *
 * Listing (`entries`, `stats`, `prune`, what `invalidate` counts, filters without a floor) takes an adapter that can iterate, and reads
 * through all its records, in no order. `invalidate` takes effect before it counts.
 *
 * The Keyv belongs to its maker: `close` leaves it connected.
 */
export class KeyvStore implements CacheStore {
  private readonly clock: () => StoreTime;
  private readonly place: Place;
  private readonly floors: Floors;
  private readonly listing: Listing;
  private readonly noted: Notes;
  private readonly pruning: Pruning;
  private closed = false;

  constructor(keyv: AnyKeyv, options: KeyvStoreOptions = {}) {
    this.clock = options.clock ?? Date.now;
    this.place = new Place(keyv);
    this.floors = new Floors(this.place);
    this.listing = new Listing(this.place, this.floors);
    this.noted = new Notes(this.place, this.clock);
    this.pruning = new Pruning((only) => new Pass(this.place, this.listing, this.floors, this.clock, only));
  }

  get name(): string {
    const { adapter, namespace } = this.place;
    return `Keyv over ${adapter}${namespace ? `, namespace '${namespace}'` : ''}`;
  }

  get limits(): readonly string[] {
    return limitsOf(this.place.lists);
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
      // Bytes go as soon as another entry stands: only where it is still the same that names them are they lost.
      if (beside.data === undefined && id !== missing) {
        missing = id;
        continue;
      }
      return { found: { ticket, startedAt, storedAt, header, data: beside.data }, now };
    }
  }

  /** Two round trips for a hundred. */
  async check(subjects: readonly Subject[]): Promise<Checked> {
    this.checkOpen();
    const texts = await this.place.read(subjects.map(({ key }) => recordOf.entry(key)));
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
      if (id !== undefined) await this.place.write(recordOf.bytes(entry.key, id), base64, { expires: true });
      const text = JSON.stringify({ ...row, storedAt: this.clock() } satisfies Row);
      await this.place.write(record, text, { expires: true }); // the switch
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
    if (!this.place.lists) return { entries: undefined };
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
    if (!this.place.lists) return; // only lists and prune tell
    const text = JSON.stringify({ at: this.clock() });
    await forAll([...new Set(keys)], (key) => this.place.write(recordOf.use(key), text));
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
    await this.place.read([recordOf.notes]); // whether it can be reached
    const { adapter, namespace = '', lists } = this.place;
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

  /** No floor says what such a filter means: each key that it means gets one of its own. */
  private async invalidateListed(filter: EntryFilter): Promise<{ entries: number }> {
    this.checkLists('invalidate by such a filter (its fields together make no floor)');
    const ticket = nextTicket();
    let entries = 0;
    for await (const page of this.listing.pages(filter, this.clock)) {
      const before = page.filter(({ row }) => row.ticket <= ticket);
      await forAll(before, ({ row }) => this.floors.raise(floorName({ key: row.key })!, ticket));
      entries += before.filter(counts).length;
    }
    return { entries };
  }

  /** What there is under a key, and the highest of these floors, in one round trip. */
  private async read(
    key: string,
    floors: string[],
  ): Promise<{ row: ReturnType<typeof toRow>; floor: number }> {
    const [entry, ...texts] = await this.place.read([recordOf.entry(key), ...floors.map(recordOf.floor)]);
    return { row: toRow(key, entry), floor: await this.floors.highest(floors, texts) };
  }

  /** What only the entry tells where to find. */
  private async readBeside(row: Row): Promise<{ floor: number; data: Uint8Array | undefined }> {
    const floors = floorsOverTags(row, row.tags);
    const names = floors.map(recordOf.floor);
    if (row.id !== undefined) names.push(recordOf.bytes(row.key, row.id));
    const texts = names.length === 0 ? [] : await this.place.read(names);
    const base64: Text = row.id === undefined ? row.data : texts[floors.length];
    return {
      floor: await this.floors.highest(floors, texts),
      data: toBytes(base64, row.bytes),
    };
  }

  /** Superseded bytes. The entry is stored whether this works or not: `prune` finds what stays. */
  private async dropBytes(key: string, id: string): Promise<void> {
    await this.place.remove(recordOf.bytes(key, id)).catch(() => undefined);
  }

  private drawn(): Drawn {
    return { ticket: nextTicket(), now: this.clock() };
  }

  private checkOpen(): void {
    if (this.closed) throw new Error(`Store is closed [store=${this.name}]`);
  }

  private checkLists(what: string): void {
    this.checkOpen();
    if (this.place.lists) return;
    throw new Error(
      `A Keyv whose adapter has no iterator cannot ${what} [adapter=${this.place.adapter}]. ` +
        'Use an adapter that has one, or a sqlite: or postgres: store; what is invalidated by key, tag, activity, version or scope works',
    );
  }
}

function toBytes(base64: Text, length: number): Uint8Array | undefined {
  if (typeof base64 !== 'string') return undefined;
  const bytes = new Uint8Array(Buffer.from(base64, 'base64')); // a copy: small Buffers are parts of a shared one
  return bytes.length === length ? bytes : undefined;
}

/** What is there cannot be read: a miss, which the next result heals. */
const DAMAGED_ENTRY: StoredEntry = { ticket: 1, startedAt: 0, storedAt: 0, header: '', data: undefined };
