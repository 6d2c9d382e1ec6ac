/**
 * The sign of life of this process: a note in the store, renewed while it holds a turn. Renewed by a thread, since a body that computes
 * blocks the timers of its own; by the main thread until that one does, for it takes seconds to load on a machine that is busy.
 */
import { randomUUID } from 'node:crypto';
import { LEASES } from '../../wire/names';

/** What the thread is told. */
export type LeaseWord = 'hold' | 'rest';

export interface LeaseKeepers {
  /** Tells the thread. */
  say: (word: LeaseWord) => void;
  /** Renews it from here. */
  renew: () => void;
  everyMs: number;
}

export class Lease {
  readonly name = LEASES + randomUUID();
  private held = 0;
  private threadRenews = false;
  private timer?: NodeJS.Timeout;

  /** @param keepers - undefined where no thread renews it: then it proves nothing */
  constructor(private readonly keepers: LeaseKeepers | undefined) {}

  /** What others may look for; undefined where there is nothing to be found. */
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

  /** The thread has renewed it, and goes on. */
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
