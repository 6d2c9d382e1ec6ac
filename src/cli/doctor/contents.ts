/** The share of the store that waits for `prune`. */
import type { CacheStore } from '../../store/store';
import { entries, formatBytes, percent } from '../format';
import { answered, type Check, messageOf, ok, warning } from './check';

/** The share of prunable bytes above which `doctor` warns. */
const MUCH = 0.25;

export async function checkContents(store: CacheStore, program: string): Promise<Check[]> {
  try {
    const { stale, ...all } = await answered(() => store.stats({}));
    const seen = `${entries(all.entries)}, ${formatBytes(all.bytes)}; past the ttl: ${entries(stale.entries)}, ${formatBytes(stale.bytes)}`;
    const share = all.entries === 0 ? 0 : stale.entries / all.entries;
    if (share <= MUCH) return [ok('contents', seen)];
    const fix = `run ${program} prune, or schedule maintenanceActivities: nothing else frees them`;
    return [warning('contents', `${seen} (${percent(share)})`, fix)];
  } catch (error) {
    return [warning('contents', `cannot be counted: ${messageOf(error)}`, 'see permissions')];
  }
}
