/** Which call of `invalidate` reached an entry: a note for each selection, kept for a week. */
import { digester, shortDigest } from '../key/key';
import { matches } from '../store/filter';
import type { CacheStore, EntryFilter, EntryRecord } from '../store/store';
import { INVALIDATIONS } from '../wire/names';

const digest = digester();
const OF_KEYS = `${INVALIDATIONS}key/`;
const OF_MANY = `${INVALIDATIONS}many/`;

/**
 * Written after an invalidation that reached something. Never rejects, because the invalidation has
 * taken effect: the process warns instead.
 */
export async function noteInvalidation(store: Pick<CacheStore, 'note'>, filter: EntryFilter): Promise<void> {
  const text = JSON.stringify(filter);
  const name = filter.key === undefined ? OF_MANY + shortDigest(digest, text) : OF_KEYS + filter.key;
  await store.note(name, text).catch((error: Error) => {
    process.emitWarning(`An invalidation took effect, and explain will not name it: ${error.message}`, {
      code: 'ACTIVITY_CACHE_NOTE',
    });
  });
}

type Invalidated = Pick<EntryRecord, 'key' | 'scope' | 'namespace' | 'activityType' | 'version' | 'tags'>;

/** The last call that reached an entry, with its time in ISO 8601. */
export async function invalidationOf(
  store: Pick<CacheStore, 'notes'>,
  entry: Invalidated,
): Promise<{ filter: EntryFilter; at: string } | undefined> {
  const notes = await Promise.all([store.notes(OF_KEYS + entry.key), store.notes(OF_MANY)]);
  const found = notes
    .flat()
    .map(({ text, at }) => ({ filter: parse(text), at }))
    .filter(({ filter }) => filter !== undefined && reaches(filter, entry))
    .sort((one, other) => other.at - one.at)[0];
  return found && { filter: found.filter!, at: new Date(found.at).toISOString() };
}

/** The age is left out: the invalidated entry, which is gone, was older than the current one. */
const reaches = ({ olderThanMs: _, ...filter }: EntryFilter, entry: Invalidated): boolean =>
  matches({ ...entry, startedAt: 0 }, filter, 0);

function parse(text: string): EntryFilter | undefined {
  try {
    return JSON.parse(text) as EntryFilter;
  } catch {
    return undefined; // Not a note of this version.
  }
}
