/** Entries as the cache makes them: a header of some 1,200 characters, a result of 1,000 bytes. */
import { createHash } from 'node:crypto';
import type { CacheStore } from 'temporal-activity-cache';
import type { EntryRecord, NewEntry, Subject } from 'temporal-activity-cache/store';

const AT_ONCE = 16;

export const subjectOf = (i: number): Subject => ({
  key: createHash('sha256').update(`entry ${i}`).digest('hex'),
  scope: '',
  namespace: 'default',
  activityType: `activity ${i % 5}`,
  version: '1',
});

export function entryOf(i: number, { ticket, now }: { ticket: number; now: number }): NewEntry {
  return {
    ...subjectOf(i),
    tags: ['every', `one in 100: ${i % 100}`],
    ticket,
    startedAt: now,
    durationMs: 1_000,
    header: 'h'.repeat(1_200),
    data: Buffer.alloc(1_000, i),
  };
}

export const fill = (store: CacheStore, entries: number): Promise<void> => put(store, entries, entryOf);

/** Entries of one Activity, with readable headers. */
export const fillLike = (store: CacheStore, entries: number, like: EntryRecord): Promise<void> =>
  put(store, entries, (i, drawn) => {
    const { key } = subjectOf(i);
    const header = like.header.replaceAll(like.key, key).replace('"first"', `"${i}"`);
    const { activityType, namespace } = like;
    return { ...entryOf(i, drawn), activityType, namespace, header };
  });

type Drawn = Parameters<typeof entryOf>[1];

async function put(
  store: CacheStore,
  entries: number,
  make: (i: number, drawn: Drawn) => NewEntry,
): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < entries) {
      const i = next++;
      await store.put(make(i, await store.draw()));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
