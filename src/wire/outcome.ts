/** What became of a call: one closed list, used alike in logs, metrics, reports and on the wire. */

/**
 * - `hit`: the value came from the cache (Flyte: CACHE_HIT)
 * - `joined`: the value came from another call that was running at the same time
 * - `stored`: ran, and this run's value is the stored one (CACHE_POPULATED)
 * - `unstored`: ran, value not stored (CACHE_PUT_FAILURE)
 * - `bypassed`: the cache had no part in the answer (CACHE_DISABLED)
 * - `unknown`: the history does not say
 */
export type CacheStatus = 'hit' | 'joined' | 'stored' | 'unstored' | 'bypassed' | 'unknown';

export const STATUSES = [
  'hit',
  'joined',
  'stored',
  'unstored',
  'bypassed',
  'unknown',
] as const satisfies CacheStatus[];

/**
 * Why a call ran: there was no entry, or none that counted, or it was not to be read, or there was no telling; or (`unserialized`) it ran
 * without the reservation it asked for.
 */
export type RunReason =
  'new' | 'expired' | 'invalidated' | 'damaged' | 'overwrite' | 'lookup-failed' | 'unserialized';

/** Why the value of a run is not the stored one. */
export type UnstoredReason = 'too-large' | 'store-error' | 'cache-if' | 'skipped' | 'readonly' | 'superseded';

/** Why the cache had no part. `async`: the Activity completes asynchronously (seen in logs and metrics only). */
export type BypassReason = 'disabled' | 'off' | 'unkeyable' | 'policy-error' | 'async';

/** Which execution computed a value. A standalone Activity has no `workflowId`; its `runId` is its own. */
export interface Origin {
  workflowId?: string;
  runId?: string;
  activityId: string;
}

/** Which entry has a value, and until when it counts for the call. */
export interface EntryStamp {
  ticket: number;
  /** On the store's clock, by the `ttl` that holds for the call; undefined: it never expires. */
  until?: number;
  /** That `ttl` is not the one that an Activity is declared with: the call's own, or a Workflow's. */
  ownTtl?: true;
}

/** What became of one call. Holds no value and no argument. */
export interface Outcome {
  status: CacheStatus;
  why?: RunReason;
  reason?: UnstoredReason | BypassReason;
  /** Free text: the path of what cannot be keyed, the text given to `skip`, a size. */
  detail?: string;
  /** `''` when there is none: the call was bypassed before it had one. */
  key: string;
  version: string;
  /** The execution that computed the value. */
  origin?: Origin;
  /** ISO 8601, on the store's clock. */
  storedAt?: string;
  /** Of the execution that computed the value. */
  durationMs: number;
  /** Of a value that is an entry's; undefined where older versions wrote the label. */
  entry?: EntryStamp;
  /** The call that this is the outcome of, where it is not the Activity's own: a look-up tells for it. */
  of?: { activityType: string; activityId: string };
}

const VERSION = 1;

/** An outcome as it travels in the metadata of a result. */
export function encodeOutcome(outcome: Outcome): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ v: VERSION, ...inTenths(outcome) }));
}

/** What is finer than a tenth of a millisecond is noise. */
export const inTenths = (outcome: Outcome): Outcome => ({
  ...outcome,
  durationMs: Math.round(outcome.durationMs * 10) / 10,
});

/** Reads it back; of another version, or not ours at all: `unknown`. Never throws. */
export function decodeOutcome(bytes: Uint8Array): Outcome {
  const unknown: Outcome = { status: 'unknown', key: '', version: '', durationMs: 0 };
  try {
    const { v, ...outcome } = JSON.parse(new TextDecoder().decode(bytes)) as {
      v?: unknown;
    } & Partial<Outcome>;
    if (v !== VERSION || !STATUSES.includes(outcome.status!)) return unknown;
    if (!Number.isFinite(outcome.durationMs ?? 0)) return unknown;
    return { ...unknown, ...outcome };
  } catch {
    return unknown; // metadata written by something else says nothing about the cache
  }
}
