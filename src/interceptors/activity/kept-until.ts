/** Computes how long a store keeps a result that has an age limit. */

/**
 * When a result may be dropped because of its age: after its `ttl`, plus some time for calls that
 * are just reading it.
 * @param leastMs - the minimum time, because calls that waited for a result take it even if it has
 *   expired
 */
export function keptUntil(startedAt: number, ttlMs: number, leastMs: number): number | undefined {
  if (ttlMs === Infinity) return undefined;
  return startedAt + Math.max(leastMs, ttlMs + Math.min(ttlMs / 10, MAX_GRACE_MS));
}

const MAX_GRACE_MS = 3_600_000;
/** How long calls that waited may take to read a result, in milliseconds. */
export const WAITERS_MS = 60_000;
