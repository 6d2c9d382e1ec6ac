/** The types that the steps of the algorithm receive and exchange. */
import type { Dependencies } from '../dependencies/dependencies';
import type { Build } from '../dependencies/publication';
import type { EntryFacts } from '../entry';
import type { CacheStoreError } from '../errors';
import type { LastCalls } from '../explain/last-calls';
import type { VersionNotes } from '../explain/version-notes';
import type { Asked } from '../wire/asked';
import type { CacheMode, RunControl } from '../wire/run-control';
import type { Identity, KeyDigests } from '../policy/identify';
import type { ReservationsOrNot } from '../reservation/caller/reservations';
import type { Outcome, RunReason } from '../wire/outcome';
import type { GuardedStore } from '../store/guard';
import type { Drawn } from '../store/store';
import type { Reporter } from './reporter';
import type { Values } from './values';

/** The services that all Activities of one Worker share. */
export interface Services {
  store: GuardedStore;
  values: Values;
  reporter: Reporter;
  dependencies: Dependencies;
  /** The versions of what this Worker runs. Undefined before they are known. */
  build: () => Build | undefined;
  /** The `ttl` that this Worker declares for an Activity, in milliseconds. */
  ttlOf: (activityType: string) => number | undefined;
  scope: string;
  secret: string | undefined;
  maxValueBytes: number;
  failsOnStoreError: boolean;
  off: boolean;
  reservations: () => Promise<ReservationsOrNot>;
  versions: VersionNotes;
  lastCalls: LastCalls;
}

/**
 * The run's control for one call. `run` is the run whose overwritten values are fresh for the call.
 */
export interface CallControl {
  mode: CacheMode;
  run: string | undefined;
  /** The control for everything that is called below. `mode` applies to this call only. */
  below?: RunControl;
}

/** The dependencies in the entry of a whole Workflow. */
export type Made = Pick<EntryFacts, 'uses' | 'results'>;

/** How a look-up differs from that of a first caller that runs the Activity. */
export interface Wanted {
  /** Set for a call that has waited. */
  asked?: Asked;
  /** Return the value as a RawValue, as the data converter made it. */
  raw?: boolean;
}

export type IdentifiedCall = Extract<Identity, { key: string }> & { args: unknown[] };

export type LookResult =
  { hit: true; value: unknown; bytes: number; outcome: Omit<Outcome, 'status'>; made?: Made } | Missed;

export type Missed = NothingSeen & { hit?: undefined; digests?: KeyDigests };

/**
 * Why there is no value to return, the ticket to store under, and the error if there is no ticket.
 * `detail`: what has changed.
 */
export type NothingSeen = {
  why: RunReason;
  detail?: string;
  drawn?: Drawn;
  error?: CacheStoreError;
  /** The ticket of the entry that was found. */
  saw?: number;
};

/** `bytes`: the size of the value as it is stored, or would be if it were not too large. */
export type Stored = Pick<Outcome, 'status' | 'reason' | 'detail' | 'entry'> & { bytes?: number };
