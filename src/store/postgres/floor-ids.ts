/** What floors are found by in the tables: 64 bits of a hash of their name, which may be longer than an index takes. */
import { createHash } from 'node:crypto';

const MOST_KEPT = 1_000;

/** One look-up is often like the one before, but for its key. */
const kept = new Map<string, string>();

/** @returns decimal digits, as Postgres reads a bigint. Should two names ever meet, an invalidation takes more than was meant. */
export function floorId(name: string): string {
  const known = kept.get(name);
  if (known !== undefined) return known;
  const id = createHash('sha256').update(name).digest().readBigInt64BE().toString();
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(name, id);
  return id;
}

/** So many ids, from 0 on, are of what was removed; see `removedLike`. No hash is expected there. */
const REMOVED = 2 ** 16;

export const BEGINNING_ID = REMOVED;

/** @returns the ids of `floorsOfPast` */
export const idsOfPast = (key: string): string[] => [`${parseInt(key.slice(0, 4), 16)}`, `${BEGINNING_ID}`];

/** @param key - an expression */
export const removedIdOf = (key: string): string => `('x' || left(${key}, 4))::bit(16)::integer::bigint`;
