/** Adds up what a store holds, entry by entry. */
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

/** Adds a sum that was counted separately. */
export function addSizes(sum: StoreStats, more: StoreStats): void {
  const into = (size: Size, { entries, bytes }: Size) => {
    size.entries += entries;
    size.bytes += bytes;
  };
  into(sum, more);
  into(sum.stale, more.stale);
  for (const [type, size] of Object.entries(more.byActivity)) {
    into((sum.byActivity[type] ??= { entries: 0, bytes: 0 }), size);
  }
}

function add(size: Size, bytes: number): void {
  size.entries++;
  size.bytes += bytes;
}
