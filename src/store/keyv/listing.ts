/** Reads the entries of a cache in a Keyv one after the other. */
import { floorsOver, matches } from '../filter';
import type { EntryFilter, EntryRecord, StoreTime } from '../store';
import type { Floors } from './floors';
import type { Records } from './records';
import { DAMAGED, parsed, partsOf, recordOf, type Row, toRow } from './record-format';

/** How many entries are held in memory while their floors are read together. */
const PAGE = 100;

/** An entry, the tickets of the floors that cover it by their names, and when it was used. */
export interface Listed {
  row: Row;
  floors: ReadonlyMap<string, number>;
  usedAt: StoreTime;
}

export const counts = ({ row, floors }: Pick<Listed, 'row' | 'floors'>): boolean =>
  row.ticket > Math.max(0, ...floors.values());

export class Listing {
  constructor(
    private readonly records: Records,
    private readonly floors: Floors,
  ) {}

  /** The entries that `filter` selects and that have a result, whether they count or not. */
  async *pages(filter: EntryFilter, now: () => StoreTime): AsyncGenerator<Listed[]> {
    let page: Row[] = [];
    for await (const { name, text } of this.records.list()) {
      const { kind, key } = partsOf(name) ?? {};
      if (kind !== 'entry') continue;
      const row = toRow(key!, await text());
      if (row === undefined || row === DAMAGED) continue;
      if (row.goneAt !== undefined || !matches(row, filter, now())) continue;
      page.push(row);
      if (page.length < PAGE) continue;
      yield await this.complete(page);
      page = [];
    }
    yield await this.complete(page);
  }

  /** Reads the floors and the uses of these entries in one round trip. */
  async complete(rows: readonly Row[]): Promise<Listed[]> {
    const over = rows.map((row) => floorsOver(row, row.tags));
    const names = [...new Set(over.flat())];
    const uses = rows.map(({ key }) => recordOf.use(key));
    const texts = await this.records.read([...names.map(recordOf.floor), ...uses]);
    const tickets = await this.floors.tickets(names, texts);
    const ticketOf = new Map(names.map((name, i) => [name, tickets[i]!]));
    return rows.map((row, i) => {
      const use = parsed<{ at: StoreTime }>(texts[names.length + i]);
      const usedAt = use === undefined || use === DAMAGED || !Number.isFinite(use.at) ? 0 : use.at;
      return {
        row,
        floors: new Map(over[i]!.map((name) => [name, ticketOf.get(name)!])),
        usedAt: Math.max(row.storedAt, usedAt),
      };
    });
  }
}

export function toRecord({ row, usedAt }: Listed, now: StoreTime): EntryRecord {
  const { data: _, id: _id, goneAt: _goneAt, ...record } = row;
  return { ...record, usedAt, now };
}
