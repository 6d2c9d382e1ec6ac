/**
 * The lease of this process: a note in the store, renewed while the process holds a turn. A
 * background thread renews it, because a body that computes blocks the timers of the main thread.
 * The main thread renews it until the background thread has loaded, which takes seconds on a busy
 * machine.
 */
import { randomUUID } from 'node:crypto';
import { LEASES } from '../../wire/names';

/** A message to the thread. */
export type LeaseWord = 'hold' | 'rest';

export interface LeaseKeepers {
  /** Sends a message to the thread. */
  say: (word: LeaseWord) => void;
  /** Renews the lease from the main thread. */
  renew: () => void;
  everyMs: number;
}

export class Lease {
  readonly name = LEASES + randomUUID();
  private held = 0;
  private threadRenews = false;
  private timer?: NodeJS.Timeout;

  /** @param keepers - undefined if no thread can renew the lease. Then the lease proves nothing. */
  constructor(private readonly keepers: LeaseKeepers | undefined) {}

  /** The name of the note that others may look for. Undefined if there is none. */
  get note(): string | undefined {
    return this.keepers === undefined ? undefined : this.name;
  }

  get isHeld(): boolean {
    return this.held > 0;
  }

  begin(): void {
    if (this.held++ > 0) return;
    this.keepers?.say('hold');
    this.renewHere();
  }

  end(): void {
    if (--this.held > 0) return;
    clearInterval(this.timer);
    this.keepers?.say('rest');
  }

  /** Called when the thread has renewed the lease, and will continue to do so. */
  threadBegan(): void {
    this.threadRenews = true;
    clearInterval(this.timer);
  }

  threadEnded(): void {
    this.threadRenews = false;
    if (this.isHeld) this.renewHere();
  }

  private renewHere(): void {
    if (this.threadRenews || this.keepers === undefined) return;
    const { renew, everyMs } = this.keepers;
    clearInterval(this.timer);
    renew();
    this.timer = setInterval(renew, everyMs);
    this.timer.unref();
  }
}
