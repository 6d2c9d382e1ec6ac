/** What the SQL stores read, as `CacheStore` returns it. */
import { emptyStats } from '../sizes';
import type { EntryRecord, StoreStats, StoreTime } from '../store';

/** The columns of `entries`. The types of tags and tickets depend on the database. */
export interface EntryRow<Tags = string[], Ticket = number> {
  key: string;
  scope: string;
  namespace: string;
  activity_type: string;
  version: string;
  tags: Tags;
  ticket: Ticket;
  started_at: StoreTime;
  stored_at: StoreTime;
  used_at: StoreTime;
  keep_until: StoreTime | null;
  duration_ms: number;
  bytes: number;
  header: string;
}

export const recordOf = (row: EntryRow, now: StoreTime): EntryRecord => ({
  key: row.key,
  scope: row.scope,
  namespace: row.namespace,
  activityType: row.activity_type,
  version: row.version,
  tags: row.tags,
  ticket: row.ticket,
  startedAt: row.started_at,
  storedAt: row.stored_at,
  usedAt: row.used_at,
  ...(row.keep_until !== null && { keepUntil: row.keep_until }),
  durationMs: row.duration_ms,
  bytes: row.bytes,
  header: row.header,
  now,
});

/** The sums of one Activity type. */
export interface ActivityRow {
  type: string;
  entries: number;
  bytes: number;
  stale: number;
  staleBytes: number;
}

export function statsFrom(rows: readonly ActivityRow[]): StoreStats {
  const stats = emptyStats();
  for (const { type, entries, bytes, stale, staleBytes } of rows) {
    stats.byActivity[type] = { entries, bytes };
    stats.entries += entries;
    stats.bytes += bytes;
    stats.stale.entries += stale;
    stats.stale.bytes += staleBytes;
  }
  return stats;
}
