/** The question of a reservation about the holder of a turn, and the answer. */
import type { Held } from './reservation';

export interface Life {
  /** Whether Temporal reports that the holder no longer runs. */
  gone: boolean;
  /** Whether the lease of its process is too old, or was never written. */
  quiet?: boolean;
  /** The time until its lease will be too old if it is not renewed. Default: the lease. */
  againInMs?: number;
}

export interface Terms {
  /** How long the holder has had its turn, in milliseconds. */
  forMs: number;
  leaseMs: number;
}

export interface LivenessActivities {
  lifeOf(held: Held, terms: Terms): Promise<Life>;
}
