/** Counts and lists entries. */
import type { EntryFilter, EntryRecord, StoreStats } from '../store';
import { emptyStats } from '../sizes';
import type { PostgresConnection } from './connection';
import { conditionOf, indexedConditionOf, pendingFloors, uncovered, Values } from './filter';
import { NOW } from './schema';

const PAGE = 500;

/**
 * Lists entries, newest first. Each page is read when the caller needs it. The index of ages is
 * always used. With another index, each page would sort all entries of the filter again.
 */
export async function* pages(
  connection: PostgresConnection,
  filter: EntryFilter,
): AsyncGenerator<EntryRecord> {
  const { s } = connection;
  let last: EntryRow | undefined;
  let page: EntryRow[];
  do {
    const values = new Values();
    const counts = uncovered(await pendingFloors(connection), filter, values);
    const condition = `${conditionOf(filter, values)} AND ${counts}`;
    const after =
      last && `AND (e.stored_at, e.key) < (${values.add(last.stored_at)}, ${values.add(last.key)})`;
    page = await connection.seldom<EntryRow>(
      `SELECT e.*, e.ticket::text AS ticket, coalesce(r.header, '') AS header, ${NOW} AS now FROM (
         SELECT e.* FROM ${s}.entries e WHERE ${condition} ${after ?? ''}
         ORDER BY e.stored_at DESC, e.key DESC LIMIT ${PAGE}) e
       LEFT JOIN ${s}.results r ON r.key = e.key ORDER BY e.stored_at DESC, e.key DESC`,
      values.list,
    );
    yield* page.map(recordOf);
    last = page.at(-1);
  } while (page.length === PAGE);
}

interface EntryRow {
  key: string;
  scope: string;
  namespace: string;
  activity_type: string;
  version: string;
  tags: string[];
  ticket: string;
  started_at: number;
  stored_at: number;
  used_at: number;
  keep_until: number | null;
  duration_ms: number;
  bytes: number;
  header: string;
  now: number;
}

const recordOf = (row: EntryRow): EntryRecord => ({
  key: row.key,
  scope: row.scope,
  namespace: row.namespace,
  activityType: row.activity_type,
  version: row.version,
  tags: row.tags,
  ticket: Number(row.ticket),
  startedAt: row.started_at,
  storedAt: row.stored_at,
  usedAt: row.used_at,
  ...(row.keep_until !== null && { keepUntil: row.keep_until }),
  durationMs: row.duration_ms,
  bytes: row.bytes,
  header: row.header,
  now: row.now,
});

export async function statsOf(connection: PostgresConnection, filter: EntryFilter): Promise<StoreStats> {
  const { s } = connection;
  const values = new Values();
  const counts = uncovered(await pendingFloors(connection), filter, values);
  const rows = await connection.seldom<ActivityRow>(
    `SELECT activity_type, count(*)::float8 AS entries, sum(bytes)::float8 AS bytes,
       count(*) FILTER (WHERE stale)::float8 AS stale,
       coalesce(sum(bytes) FILTER (WHERE stale), 0)::float8 AS "staleBytes"
     FROM (SELECT e.activity_type, e.bytes, e.keep_until < (SELECT ${NOW}) AS stale
           FROM ${s}.entries e WHERE ${indexedConditionOf(filter, values)} AND ${counts}) e
     GROUP BY activity_type`,
    values.list,
  );
  const stats = emptyStats();
  for (const { activity_type: type, entries, bytes, stale, staleBytes } of rows) {
    stats.byActivity[type] = { entries, bytes };
    stats.entries += entries;
    stats.bytes += bytes;
    stats.stale.entries += stale;
    stats.stale.bytes += staleBytes;
  }
  return stats;
}

interface ActivityRow {
  activity_type: string;
  entries: number;
  bytes: number;
  stale: number;
  staleBytes: number;
}
