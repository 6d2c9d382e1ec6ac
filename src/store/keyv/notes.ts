/**
 * Short texts by name, in a Keyv. Each has its own record. One more record has all their names, so
 * that notes need no listing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Note, StoreTime } from '../store';
import type { Records } from './records';
import { DAMAGED, parsed, recordOf, type Text } from './record-format';
import { inTurn } from './turns';

/** How long another process has time to show that it claims the same name. */
const SETTLE_MS = 50;

type Kept = Omit<Note, 'ageMs'>;

export class Notes {
  constructor(
    private readonly records: Records,
    private readonly clock: () => StoreTime,
  ) {}

  note(name: string, text: string | undefined): Promise<void> {
    return inTurn(recordOf.notes, () => (text === undefined ? this.drop(name) : this.keep(name, text)));
  }

  claim(name: string, text: string): Promise<string> {
    return inTurn(recordOf.notes, async () => {
      const [kept] = await this.read([name]);
      if (kept !== undefined) return kept.text;
      await this.keep(name, text);
      await sleep(SETTLE_MS);
      const [settled] = await this.read([name]);
      if (settled === undefined) throw new Error(`the Keyv lost the note ${name}`);
      return settled.text;
    });
  }

  async notes(prefix: string): Promise<Note[]> {
    // The prefix may be a whole name. That note is found even if another process has overwritten
    // the list of names.
    const names = new Set([prefix, ...(await this.names())].filter((name) => name.startsWith(prefix)));
    const now = this.clock();
    return (await this.read([...names].sort())).flatMap((kept) =>
      kept === undefined ? [] : [{ ...kept, ageMs: Math.max(0, now - kept.at) }],
    );
  }

  private async keep(name: string, text: string): Promise<void> {
    const names = await this.names();
    if (!names.includes(name)) await this.writeNames([...names, name]);
    const kept: Kept = { name, text, at: this.clock() };
    await this.records.write(recordOf.note(name), JSON.stringify(kept));
  }

  private async drop(name: string): Promise<void> {
    await this.records.remove(recordOf.note(name));
    const names = await this.names();
    if (names.includes(name)) await this.writeNames(names.filter((other) => other !== name));
  }

  private async read(names: readonly string[]): Promise<(Kept | undefined)[]> {
    const texts = await this.records.read(names.map(recordOf.note));
    return texts.map((text, i) => toKept(names[i]!, text));
  }

  /** A damaged list counts as empty. Each note is listed again when it is written again. */
  private async names(): Promise<string[]> {
    const read = parsed<{ names: string[] }>((await this.records.read([recordOf.notes]))[0]);
    return read === undefined || read === DAMAGED || !Array.isArray(read.names) ? [] : read.names;
  }

  private writeNames(names: readonly string[]): Promise<void> {
    return this.records.write(recordOf.notes, JSON.stringify({ names }));
  }
}

function toKept(name: string, text: Text): Kept | undefined {
  const kept = parsed<Kept>(text);
  if (kept === undefined || kept === DAMAGED) return undefined;
  const sound = kept.name === name && typeof kept.text === 'string' && Number.isFinite(kept.at);
  return sound ? kept : undefined;
}
