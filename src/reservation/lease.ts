/**
 * The sign of life of this process: a note in the store, renewed while it holds a turn. Renewed by a thread, since a body that computes
 * blocks the timers of its own.
 */
import { randomUUID } from 'node:crypto';
import { LEASES } from './protocol';

/** What the thread is told. */
export type LeaseWord = 'hold' | 'rest';

export class Lease {
  readonly name = LEASES + randomUUID();
  private held = 0;

  /** @param say - undefined where no thread renews it: then it proves nothing */
  constructor(private readonly say: ((word: LeaseWord) => void) | undefined) {}

  /** What others may look for; undefined where there is nothing to be found. */
  get note(): string | undefined {
    return this.say === undefined ? undefined : this.name;
  }

  get isHeld(): boolean {
    return this.held > 0;
  }

  begin(): void {
    if (this.held++ === 0) this.say?.('hold');
  }

  end(): void {
    if (--this.held === 0) this.say?.('rest');
  }
}
