/** Adding up what a store holds, entry by entry. */
import type { Size, StoreStats } from './store';

export const emptyStats = (): StoreStats => ({
  entries: 0,
  bytes: 0,
  byActivity: Object.create(null) as Record<string, Size>, // any text can be a name
  stale: { entries: 0, bytes: 0 },
});

export function addTo(stats: StoreStats, activityType: string, bytes: number, stale: boolean): void {
  add(stats, bytes);
  add((stats.byActivity[activityType] ??= { entries: 0, bytes: 0 }), bytes);
  if (stale) add(stats.stale, bytes);
}

function add(size: Size, bytes: number): void {
  size.entries++;
  size.bytes += bytes;
}
