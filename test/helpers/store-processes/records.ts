/** What the processes write: few keys, so that they meet, and bodies whose header tells whether they are whole. */
import { createHash } from 'node:crypto';
import type { NewEntry, StoredEntry } from '../../../src/store';

const hash = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');

/** What never changes of a record: so the floors over it are known from its number. */
export function recordOf(
  index: number,
): Pick<NewEntry, 'key' | 'scope' | 'namespace' | 'activityType' | 'version' | 'tags'> {
  return {
    key: hash(`record ${index}`),
    scope: 'scope',
    namespace: 'namespace',
    activityType: `activity ${index % 8}`,
    version: '1',
    tags: [`tag ${index % 10}`],
  };
}

/** A body of at least `least` and at most `most` bytes. */
export function bodyOf(chance: () => number, least: number, most: number): Pick<NewEntry, 'header' | 'data'> {
  const data = Buffer.alloc(least + Math.floor(chance() * (most - least + 1)), `${chance()}`);
  return { header: hash(data), data };
}

export const isWhole = ({ header, data }: StoredEntry): boolean =>
  data !== undefined && hash(data) === header;

/** Numbers from 0 up to 1 that follow from `seed`: what went wrong once can be done again. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
