/**
 * Removes old notes of killed Workers, of runs that no call asks about any more, and of invalidations. Workers and
 * runs that end in order remove their own notes.
 */
import { BUILDS, ENDED, INVALIDATIONS, LEASES, LIVE, USES, WORKERS } from '../wire/names';
import type { CacheStore } from '../store/store';

/** The longest run whose result is stored, 7 days. Older notes are therefore never needed. */
export const MAX_RUN_MS = 7 * 24 * 3_600_000;

/** The prefixes of notes that expire. A live Worker renews its own notes within minutes. */
const PREFIXES = [WORKERS, LEASES, LIVE, ENDED, BUILDS, USES, INVALIDATIONS];

export async function forgetOldNotes(store: Pick<CacheStore, 'note' | 'notes'>): Promise<void> {
  for (const prefix of PREFIXES) {
    for (const { name, ageMs } of await store.notes(prefix)) {
      if (ageMs > MAX_RUN_MS) await store.note(name, undefined);
    }
  }
}
