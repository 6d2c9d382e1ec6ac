/** Counts and lists entries. */
import { type ActivityRow, type EntryRow, recordOf, statsFrom } from '../sql/rows';
import type { EntryFilter, EntryRecord, StoreStats, StoreTime } from '../store';
import type { PostgresConnection } from './connection';
import { conditionOf, indexedConditionOf, pendingFloors, uncovered, Values } from './filter';
import { NOW } from './schema';

const PAGE = 500;

type Row = EntryRow<string[], string> & { now: StoreTime };

/**
 * Lists entries, newest first. Each page is read when the caller needs it. The index of ages is
 * always used. With another index, each page would sort all entries of the filter again.
 */
export async function* pages(
  connection: PostgresConnection,
  filter: EntryFilter,
): AsyncGenerator<EntryRecord> {
  const { s } = connection;
  let last: Row | undefined;
  let page: Row[];
  do {
    const values = new Values();
    const counts = uncovered(await pendingFloors(connection), filter, values);
    const condition = `${conditionOf(filter, values)} AND ${counts}`;
    const after =
      last && `AND (e.stored_at, e.key) < (${values.add(last.stored_at)}, ${values.add(last.key)})`;
    page = await connection.seldom<Row>(
      `SELECT e.*, e.ticket::text AS ticket, coalesce(r.header, '') AS header, ${NOW} AS now FROM (
         SELECT e.* FROM ${s}.entries e WHERE ${condition} ${after ?? ''}
         ORDER BY e.stored_at DESC, e.key DESC LIMIT ${PAGE}) e
       LEFT JOIN ${s}.results r ON r.key = e.key ORDER BY e.stored_at DESC, e.key DESC`,
      values.list,
    );
    yield* page.map((row) => recordOf({ ...row, ticket: Number(row.ticket) }, row.now));
    last = page.at(-1);
  } while (page.length === PAGE);
}

export async function statsOf(connection: PostgresConnection, filter: EntryFilter): Promise<StoreStats> {
  const { s } = connection;
  const values = new Values();
  const counts = uncovered(await pendingFloors(connection), filter, values);
  const rows = await connection.seldom<ActivityRow>(
    `SELECT activity_type AS type, count(*)::float8 AS entries, sum(bytes)::float8 AS bytes,
       count(*) FILTER (WHERE stale)::float8 AS stale,
       coalesce(sum(bytes) FILTER (WHERE stale), 0)::float8 AS "staleBytes"
     FROM (SELECT e.activity_type, e.bytes, e.keep_until < (SELECT ${NOW}) AS stale
           FROM ${s}.entries e WHERE ${indexedConditionOf(filter, values)} AND ${counts}) e
     GROUP BY activity_type`,
    values.list,
  );
  return statsFrom(rows);
}
