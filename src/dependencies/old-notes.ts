/** Notes of Workers that were killed, and of runs that nobody asks about any more: those that end in order remove theirs. */
import { BUILDS, ENDED, LEASES, LIVE, USES, WORKERS } from '../wire/names';
import type { CacheStore } from '../store/store';

/** No result is stored of runs that took longer, so nobody asks for older ones. */
export const MAX_RUN_MS = 7 * 24 * 3_600_000;

/** Whoever lives renews its own within minutes. */
const PREFIXES = [WORKERS, LEASES, LIVE, ENDED, BUILDS, USES];

export async function forgetOldNotes(store: Pick<CacheStore, 'note' | 'notes'>): Promise<void> {
  for (const prefix of PREFIXES) {
    for (const { name, ageMs } of await store.notes(prefix)) {
      if (ageMs > MAX_RUN_MS) await store.note(name, undefined);
    }
  }
}
