/** The floors of a cache in a Keyv, each in its own record. */
import type { Records } from './records';
import { DAMAGED, floorText, recordOf, type Text, toFloor } from './record-format';
import { nextTicket } from './tickets';
import { inTurn } from './turns';

export class Floors {
  constructor(private readonly records: Records) {}

  /**
   * @param texts - the texts of their records. A floor that cannot be read is raised, because
   * nobody knows what it covered
   */
  async tickets(names: readonly string[], texts: readonly Text[]): Promise<number[]> {
    return Promise.all(
      names.map(async (name, i) => {
        const ticket = toFloor(name, texts[i]);
        return ticket === DAMAGED ? (await this.raise(name, 0)).ticket : ticket;
      }),
    );
  }

  async highest(names: readonly string[], texts: readonly Text[]): Promise<number> {
    return Math.max(0, ...(await this.tickets(names, texts)));
  }

  /**
   * @param to - a ticket that was drawn before. Default: a new one
   * @returns where the floor was, and where it is now
   */
  raise(name: string, to?: number): Promise<{ before: number; ticket: number }> {
    const record = recordOf.floor(name);
    return inTurn(record, async () => {
      const read = toFloor(name, (await this.records.read([record]))[0]);
      const before = read === DAMAGED ? 0 : read;
      const ticket = read === DAMAGED ? nextTicket() : Math.max(before, to ?? nextTicket());
      if (ticket > before) await this.records.write(record, floorText({ name, ticket }));
      return { before, ticket };
    });
  }
}
