/** Frees space in a Keyv: one pass looks at every record once. */
import { removedLike } from '../filter';
import { REMEMBERED_MS } from '../remembered';
import type { Pruned, StoreTime } from '../store';
import type { Floors } from './floors';
import { counts, type Listed, type Listing } from './listing';
import { forAll, type Records } from './records';
import { ageOfId, DAMAGED, partsOf, recordOf, type Row, toRow } from './record-format';
import { inTurn } from './turns';

/** How many records one step looks at, or how many entries it removes. */
const STEP = 500;

/**
 * A put writes the bytes before the entry that names them. Bytes younger than this may belong to a
 * put that is running.
 */
const UNDER_WAY_MS = 3_600_000;

/**
 * For how many entries a pass remembers when they were used. If more of them must go, another pass
 * follows.
 */
const REMEMBERED = 10_000;

type Candidate = { row: Row; usedAt: StoreTime };
type Names = NonNullable<ReturnType<typeof partsOf>>;

/** One pass over all records, in steps. */
export class Pass {
  done = false;
  private readonly remaining: ReturnType<Records['list']>;
  private listed = false;
  private steppedAt = performance.now();
  private pruned: Pruned = nothing();
  /** The size of the results that count, as far as the pass has come. */
  private bytes = 0;
  /** The least recently used of them. */
  private candidates: Candidate[] = [];
  private forgotten = false;

  constructor(
    private readonly records: Records,
    private readonly listing: Listing,
    private readonly floors: Floors,
    private readonly clock: () => StoreTime,
    readonly onlyInvalidated: boolean,
  ) {
    this.remaining = records.list();
  }

  get idleMs(): number {
    return performance.now() - this.steppedAt;
  }

  async end(): Promise<void> {
    await this.remaining.return(undefined);
  }

  async step(maxBytes: number): Promise<Pruned> {
    this.pruned = nothing();
    await (this.listed ? this.evict(this.onlyInvalidated ? Infinity : maxBytes) : this.scan());
    this.steppedAt = performance.now();
    return this.pruned;
  }

  private async scan(): Promise<void> {
    const rows: Row[] = [];
    const others: Names[] = [];
    const damaged: string[] = [];
    for (let looked = 0; looked < STEP; looked++) {
      const next = await this.remaining.next();
      if (next.done === true) {
        this.listed = true;
        break;
      }
      const { value } = next;
      const names = partsOf(value.name);
      if (names?.kind === 'entry') {
        const row = toRow(names.key, await value.text());
        if (row === DAMAGED) damaged.push(names.key);
        else if (row !== undefined) rows.push(row);
      } else if (names !== undefined) others.push(names);
    }
    await forAll(await this.listing.complete(rows), (listed) => this.classify(listed));
    this.forgetNewest();
    if (!this.onlyInvalidated) {
      await forAll(damaged, (key) => this.removeDamaged(key));
      await this.removeStray(others);
    }
    this.pruned.more = true;
  }

  private async classify(listed: Listed): Promise<void> {
    const { row, usedAt } = listed;
    const now = this.clock();
    if (row.goneAt !== undefined) {
      if (now - row.goneAt > REMEMBERED_MS) await this.take(row, 'quietly');
    } else if (!counts(listed)) await this.tombstone(row, now);
    else if (this.onlyInvalidated) return;
    else if (now > (row.keepUntil ?? Infinity)) await this.take(row);
    else {
      this.bytes += row.bytes;
      this.candidates.push({ row, usedAt });
    }
  }

  /** Bounds memory. The least recently used entries come first, and the newest are dropped. */
  private forgetNewest(): void {
    this.candidates.sort((a, b) => a.usedAt - b.usedAt);
    this.forgotten ||= this.candidates.length > REMEMBERED;
    this.candidates.length = Math.min(this.candidates.length, REMEMBERED);
  }

  private async evict(maxBytes: number): Promise<void> {
    const batch: Candidate[] = [];
    while (this.bytes > maxBytes && this.candidates.length > batch.length && batch.length < STEP) {
      const { row } = this.candidates[batch.length]!;
      batch.push(this.candidates[batch.length]!);
      this.bytes -= row.bytes;
    }
    await forAll(batch, ({ row }) => this.take(row));
    this.candidates.splice(0, batch.length);
    const tooMuch = this.bytes > maxBytes;
    this.done = !tooMuch || this.candidates.length === 0;
    this.pruned.more = tooMuch && (!this.done || (this.forgotten && batch.length > 0));
  }

  /** Drops a result, and remembers that it was there. */
  private tombstone(row: Row, goneAt: StoreTime): Promise<void> {
    const { data: _, id: _id, ...rest } = row;
    const rememberedText = JSON.stringify({ ...rest, header: '', goneAt } satisfies Row);
    return this.ifUnchanged(row, async () => {
      await this.records.write(recordOf.entry(row.key), rememberedText, { expires: true });
      await this.dropBeside(row);
    });
  }

  private take(row: Row, quietly?: 'quietly'): Promise<void> {
    return this.ifUnchanged(
      row,
      async () => {
        // A floor took it otherwise, and still covers it.
        if (!quietly) await this.floors.raise(removedLike(row.key), row.ticket);
        await this.records.remove(recordOf.entry(row.key));
        await this.dropBeside(row);
      },
      quietly,
    );
  }

  /** Runs `drop` unless the entry has changed since it was read. */
  private ifUnchanged(row: Row, drop: () => Promise<void>, quietly?: 'quietly'): Promise<void> {
    const record = recordOf.entry(row.key);
    return inTurn(record, async () => {
      const there = toRow(row.key, (await this.records.read([record]))[0]);
      if (there === undefined || there === DAMAGED) return;
      if (there.ticket !== row.ticket || there.id !== row.id || there.storedAt !== row.storedAt) return;
      if (there.goneAt !== row.goneAt) return;
      await drop();
      if (quietly) return;
      this.pruned.entries++;
      this.pruned.bytes += row.bytes;
    });
  }

  private async dropBeside({ key, id }: Row): Promise<void> {
    if (id !== undefined) await this.records.remove(recordOf.bytes(key, id));
    await this.records.remove(recordOf.use(key));
  }

  private removeDamaged(key: string): Promise<void> {
    const record = recordOf.entry(key);
    return inTurn(record, async () => {
      const there = toRow(key, (await this.records.read([record]))[0]);
      if (there === DAMAGED) await this.records.remove(record);
    });
  }

  /** Removes uses and bytes that belong to no entry. */
  private async removeStray(others: readonly Names[]): Promise<void> {
    const texts = await this.records.read(others.map(({ key }) => recordOf.entry(key)));
    for (const [i, { kind, key, id }] of others.entries()) {
      const row = toRow(key, texts[i]);
      if (kind === 'use' && row === undefined) await this.records.remove(recordOf.use(key));
      if (kind !== 'bytes' || id === undefined) continue;
      const named = row !== undefined && row !== DAMAGED && row.id === id;
      if (!named && ageOfId(id) > UNDER_WAY_MS) await this.records.remove(recordOf.bytes(key, id));
    }
  }
}

const nothing = (): Pruned => ({ entries: 0, bytes: 0, more: false });
