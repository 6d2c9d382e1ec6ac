/** A filter as a condition on `entries e`. */
import { type EntryFilter, floorName } from '../filter';
import type { PostgresConnection } from './connection';
import { floorId } from './floor-ids';
import { NOW } from './schema';

/** The values of one statement: `$1`, `$2` … in its text. */
export class Values {
  readonly list: unknown[] = [];

  add(value: unknown): string {
    this.list.push(value);
    return `$${this.list.length}`;
  }
}

/** A floor with results under it that are not dropped yet. */
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

/** The entries that a filter means, and that count: what pending floors cover does not any more. */
export function counting(filter: EntryFilter, pending: readonly PendingFloor[], values: Values): string {
  const parts = [conditionOf(filter, values)];
  for (const floor of pending) {
    const elsewhere =
      filter.scope !== undefined && floor.filter.scope !== undefined && filter.scope !== floor.filter.scope;
    if (!elsewhere) parts.push(`NOT (${underFloor(floor, values)})`);
  }
  return parts.join(' AND ');
}

export const underFloor = ({ filter, ticket }: PendingFloor, values: Values): string =>
  `${conditionOf(filter, values)} AND e.ticket <= ${values.add(ticket)}`;

/** Of the entries with a result. */
export function conditionOf(filter: EntryFilter, values: Values): string {
  const { scope, namespace, key, keyPrefix, activityType, version, tag, olderThanMs } = filter;
  const parts = ['e.gone_at IS NULL'];
  /** Indexed by its hash. */
  const hashed = (column: string, value: string) => {
    const given = `${values.add(value)}::text COLLATE "C"`;
    parts.push(`${column} = ${given}`, `hashtextextended(${column}, 0) = hashtextextended(${given}, 0)`);
  };
  if (scope !== undefined && tag !== undefined) {
    // From a subquery, the planner cannot tell how common the tag is: it reads the index of tags, never all entries.
    const floor = values.add(floorId(floorName({ scope, namespace, tag })!));
    parts.push(`e.tag_floors @> ARRAY(SELECT ${floor}::bigint)`, `e.tag_floors <> '{}'`);
  } else {
    if (scope !== undefined) hashed('e.scope', scope);
    if (namespace !== undefined) parts.push(`e.namespace = ${values.add(namespace)}`);
    if (tag !== undefined) parts.push(`${values.add(tag)} = ANY (e.tags)`);
  }
  if (activityType !== undefined) hashed('e.activity_type', activityType);
  if (version !== undefined) hashed('e.version', version);
  if (key !== undefined) parts.push(`e.key = ${values.add(key)}`);
  if (keyPrefix !== undefined) {
    parts.push(`e.key >= ${values.add(keyPrefix)}`, `e.key < ${values.add(`${keyPrefix}g`)}`); // digits end with f
  }
  if (olderThanMs !== undefined)
    parts.push(`e.started_at <= (SELECT ${NOW}) - ${values.add(olderThanMs)}::float8`);
  return parts.join(' AND ');
}
