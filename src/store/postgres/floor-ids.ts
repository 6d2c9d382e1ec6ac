/**
 * The ids of floors in the tables: 64 bits of a hash of the floor's name. The name itself may be
 * too long for an index.
 */
import { createHash } from 'node:crypto';

const MAX_KEPT = 1_000;

/** Recent ids. Consecutive look-ups often have the same floors, except for the key. */
const kept = new Map<string, string>();

/**
 * @returns decimal digits, as Postgres reads a bigint. If two names ever have the same id, an
 * invalidation removes more than it should.
 */
export function floorId(name: string): string {
  const known = kept.get(name);
  if (known !== undefined) return known;
  const id = createHash('sha256').update(name).digest().readBigInt64BE().toString();
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(name, id);
  return id;
}

/**
 * The ids from 0 up to this belong to the floors of removed entries (`removedLike`). A hash is
 * not expected to be so small.
 */
const REMOVED = 2 ** 16;

export const BEGINNING_ID = REMOVED;

/** @returns the ids of `floorsOfPast` */
export const idsOfPast = (key: string): string[] => [`${parseInt(key.slice(0, 4), 16)}`, `${BEGINNING_ID}`];

/** @param key - an SQL expression */
export const removedIdOf = (key: string): string => `('x' || left(${key}, 4))::bit(16)::integer::bigint`;
