/** What a reservation asks about the holder of a turn, and what it is answered. */
import type { Held } from './reservation';

export interface Life {
  /** Temporal says so. */
  gone: boolean;
  /** Its process's sign of life is too old, or never came. */
  quiet?: boolean;
  /** When its sign of life will be too old, if no other comes. Default: after the lease. */
  againInMs?: number;
}

export interface Terms {
  /** How long it has had its turn. */
  forMs: number;
  leaseMs: number;
}

export interface LivenessActivities {
  lifeOf(held: Held, terms: Terms): Promise<Life>;
}
