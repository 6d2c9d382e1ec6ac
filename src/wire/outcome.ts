/** The outcome of a call: one closed list, used in logs, metrics, reports and on the wire. */

/**
 * - `hit`: the value came from the cache (Flyte: CACHE_HIT)
 * - `joined`: the value came from another call that was running at the same time
 * - `stored`: the Activity ran, and its value is the stored one (CACHE_POPULATED)
 * - `unstored`: the Activity ran, and its value was not stored (CACHE_PUT_FAILURE)
 * - `bypassed`: the cache was not involved (CACHE_DISABLED)
 * - `unknown`: the history does not show the outcome
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
 * Why a call ran: there was no entry, or no valid one, or it was not to be read, or the look-up
 * failed. `unserialized`: the call ran without the reservation that it asked for.
 */
export type RunReason =
  'new' | 'expired' | 'invalidated' | 'damaged' | 'hit-if' | 'overwrite' | 'lookup-failed' | 'unserialized';

/** Why the value of a run is not the stored one. */
export type UnstoredReason = 'too-large' | 'store-error' | 'cache-if' | 'skipped' | 'readonly' | 'superseded';

/**
 * Why the cache was not involved. `async`: the Activity completes asynchronously (only in logs and
 * metrics). `undeclared`: the call site asks for the cache, and nobody declares the Activity.
 */
export type BypassReason = 'disabled' | 'off' | 'unkeyable' | 'policy-error' | 'async' | 'undeclared';

/**
 * The execution that computed a value. A standalone Activity has no `workflowId`, and its `runId`
 * is its own.
 */
export interface Origin {
  workflowId?: string;
  runId?: string;
  activityId: string;
}

/** The entry that holds a value, and until when it counts for the call. */
export interface EntryStamp {
  ticket: number;
  /**
   * The expiry on the store's clock, by the `ttl` that applies to the call, in milliseconds.
   * Undefined: never.
   */
  until?: number;
  /**
   * Set if that `ttl` is not the one that the Activity is declared with, but the call's own or a
   * Workflow's.
   */
  ownTtl?: true;
}

/** The outcome of one call. It contains no value and no argument. */
export interface Outcome {
  status: CacheStatus;
  why?: RunReason;
  reason?: UnstoredReason | BypassReason;
  /**
   * Free text: what is new, since when an entry was expired, the path of the value that cannot be
   * keyed, the text given to `skip`, or a size.
   */
  detail?: string;
  /** `''` if there is none, because the call was bypassed before it had a key. */
  key: string;
  version: string;
  /** The execution that computed the value. */
  origin?: Origin;
  /** When the value was stored, in ISO 8601, on the store's clock. */
  storedAt?: string;
  /** The duration of the execution that computed the value, in milliseconds. */
  durationMs: number;
  /** Set if the value is that of an entry. Undefined in labels from older versions. */
  entry?: EntryStamp;
  /**
   * The call that the outcome belongs to, if it is not the labelled Activity itself, as with a
   * look-up.
   */
  of?: { activityType: string; activityId: string };
}

const VERSION = 1;

/** Encodes an outcome for the metadata of a result. */
export function encodeOutcome(outcome: Outcome): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ v: VERSION, ...inTenths(outcome) }));
}

/** Rounds the duration to tenths of a millisecond, because finer differences are noise. */
export const inTenths = (outcome: Outcome): Outcome => ({
  ...outcome,
  durationMs: Math.round(outcome.durationMs * 10) / 10,
});

/**
 * Decodes an outcome. A label of another version or of another package gives `unknown`. Never
 * throws.
 */
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
    return unknown; // The metadata was written by something else.
  }
}
