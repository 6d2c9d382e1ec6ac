/** What the steps of the algorithm are given, and what they tell one another. */
import type { Dependencies } from '../dependencies/dependencies';
import type { Build } from '../dependencies/publication';
import type { EntryFacts } from '../entry';
import type { CacheStoreError } from '../errors';
import type { Asked } from '../wire/asked';
import type { CacheMode, RunControl } from '../wire/run-control';
import type { Identity, KeyDigests } from '../policy/identify';
import type { ReservationsOrNot } from '../reservation/caller/reservations';
import type { Outcome, RunReason } from '../wire/outcome';
import type { GuardedStore } from '../store/guard';
import type { Drawn } from '../store/store';
import type { Reporter } from './reporter';
import type { Values } from './values';

/** What all Activities of one Worker share. */
export interface Services {
  store: GuardedStore;
  values: Values;
  reporter: Reporter;
  dependencies: Dependencies;
  /** What this Worker runs; undefined before it is known. */
  build: () => Build | undefined;
  /** As this Worker declares an Activity, in milliseconds. */
  ttlOf: (activityType: string) => number | undefined;
  scope: string;
  secret: string | undefined;
  maxValueBytes: number;
  failsOnStoreError: boolean;
  off: boolean;
  reservations: () => Promise<ReservationsOrNot>;
}

/** What the run says of one call; `run` is the one whose overwritten values are fresh for it. */
export interface CallControl {
  mode: CacheMode;
  run: string | undefined;
  /** For all that is called below; `mode` is of this call alone. */
  below?: RunControl;
}

/** What the entry of a whole Workflow is made of. */
export type Made = Pick<EntryFacts, 'uses' | 'results'>;

/** How a look-up differs from that of a first caller that runs the Activity. */
export interface Wanted {
  /** Of a call that has waited. */
  asked?: Asked;
  /** The value as a RawValue, as the data converter made it. */
  raw?: boolean;
}

export type IdentifiedCall = Extract<Identity, { key: string }> & { args: unknown[] };

export type LookResult =
  { hit: true; value: unknown; outcome: Omit<Outcome, 'status'>; made?: Made } | Missed;

export type Missed = NothingSeen & { hit?: undefined; digests?: KeyDigests };

/** Why there is nothing to return, the ticket to store under, and the error that left none; `detail`: what was changed. */
export type NothingSeen = {
  why: RunReason;
  detail?: string;
  drawn?: Drawn;
  error?: CacheStoreError;
  /** The ticket of the entry that was there. */
  saw?: number;
};

export type Stored = Pick<Outcome, 'status' | 'reason' | 'detail' | 'entry'>;
