/** A filter as a condition on `entries e`. */
import { floorName } from '../filter';
import type { EntryFilter } from '../store';
import type { PostgresConnection } from './connection';
import { floorId } from './floor-ids';
import { NOW } from './schema';

/** The values of one statement, which are `$1`, `$2` … in its text. */
export class Values {
  readonly list: unknown[] = [];

  add(value: unknown): string {
    this.list.push(value);
    return `$${this.list.length}`;
  }
}

/** A floor whose covered results are not dropped yet. */
export interface PendingFloor {
  filter: EntryFilter;
  ticket: string;
}

export async function pendingFloors(connection: PostgresConnection): Promise<PendingFloor[]> {
  const rows = await connection.seldom<{ ticket: string } & Record<string, string | null>>(
    `SELECT ticket::text AS ticket, key, scope, namespace, activity_type AS "activityType", version, tag
     FROM ${connection.s}.floors WHERE pending`,
  );
  return rows.map(({ ticket, ...covers }) => ({
    filter: Object.fromEntries(Object.entries(covers).filter(([, value]) => value !== null)),
    ticket,
  }));
}

/**
 * The condition that no pending floor covers an entry. An entry that one covers does not count any
 * more.
 */
export function uncovered(pending: readonly PendingFloor[], { scope }: EntryFilter, values: Values): string {
  const inReach = pending.filter(({ filter }) => (filter.scope ?? scope) === (scope ?? filter.scope));
  const parts = inReach.map(
    ({ filter, ticket }) => `NOT (${conditionOf(filter, values)} AND e.ticket <= ${values.add(ticket)})`,
  );
  return ['true', ...parts].join(' AND ');
}

const COLUMNS = [
  ['scope', 'scope'],
  ['activityType', 'activity_type'],
  ['version', 'version'],
  ['namespace', 'namespace'],
  ['key', 'key'],
] as const;

/** The condition for entries that have a result and that `filter` selects. */
export function conditionOf(filter: EntryFilter, values: Values): string {
  const { keyPrefix, tag, olderThanMs } = filter;
  const parts = ['e.gone_at IS NULL'];
  for (const [field, column] of COLUMNS) {
    if (filter[field] !== undefined) parts.push(`e.${column} = ${values.add(filter[field])}`);
  }
  if (keyPrefix !== undefined) {
    // Hex digits end with f.
    parts.push(`e.key >= ${values.add(keyPrefix)}`, `e.key < ${values.add(`${keyPrefix}g`)}`);
  }
  if (tag !== undefined) parts.push(`${values.add(tag)} = ANY (e.tags)`);
  if (olderThanMs !== undefined)
    parts.push(`e.started_at <= (SELECT ${NOW}) - ${values.add(olderThanMs)}::float8`);
  return parts.join(' AND ');
}

/**
 * The same condition, in a form that uses the indexes of hashed names and of the floors of tags.
 */
export function indexedConditionOf(filter: EntryFilter, values: Values): string {
  const { scope, namespace, tag, ...rest } = filter;
  if (scope !== undefined && tag !== undefined) {
    // The subquery hides the tag from the planner, so that it reads the index of tags and never all
    // entries, even if the tag is common.
    const floor = values.add(floorId(floorName({ scope, namespace, tag })!));
    return `${conditionOf(rest, values)}
      AND e.tag_floors @> ARRAY(SELECT ${floor}::bigint) AND e.tag_floors <> '{}'`;
  }
  const hash = (of: string) => `hashtextextended(${of}, 0)`;
  const hashes = COLUMNS.slice(0, 3)
    .filter(([field]) => filter[field] !== undefined)
    .map(
      ([field, column]) =>
        `${hash(`e.${column}`)} = ${hash(`${values.add(filter[field])}::text COLLATE "C"`)}`,
    );
  return [conditionOf(filter, values), ...hashes].join(' AND ');
}
