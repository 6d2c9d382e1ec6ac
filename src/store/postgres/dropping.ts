/**
 * Invalidates and prunes. Each statement is short and is its own transaction, so the tables are
 * consistent if the work stops in between.
 */
import { floorName } from '../filter';
import type { EntryFilter, Pruned, PruneLimits, Size } from '../store';
import { REMEMBERED_MS } from '../remembered';
import type { PostgresConnection } from './connection';
import { indexedConditionOf, type PendingFloor, pendingFloors, uncovered, Values } from './filter';
import { floorId, removedIdOf } from './floor-ids';
import { NOW } from './schema';
import { lastTicket, nextTicket } from './tickets';

/**
 * How many entries one statement drops, which takes some ten milliseconds. No reader waits for it.
 */
const BATCH = 2_000;

/** How long the row of a removed result stays. No statement takes longer. */
const RETIRED_MS = 10 * 60_000;

/** Up to this many entries are dropped by the invalidation itself. */
const AT_ONCE = 500;

interface Drop {
  choice: string;
  values: Values;
  action: string;
  leavesTickets?: boolean;
}

interface Batch extends Size {
  /** How many of the dropped entries counted. */
  counted: number;
  /** Whether there may be more entries to drop. */
  more: boolean;
}

export async function invalidate(connection: PostgresConnection, filter: EntryFilter): Promise<number> {
  if (floorName(filter) === undefined) return invalidateEach(connection, filter);
  const { entries, ticket } = await raiseFloor(connection, filter);
  if (entries > 0 && entries <= AT_ONCE) await dropUnder(connection, { filter, ticket });
  return entries;
}

/**
 * Counts the entries, and raises the floor. The entries under it do not count from the moment this
 * statement is done.
 */
async function raiseFloor(
  connection: PostgresConnection,
  filter: EntryFilter,
): Promise<{ entries: number; ticket: string }> {
  const { s } = connection;
  const values = new Values();
  const { key, scope, namespace, activityType, version, tag } = filter;
  const covers = [key, scope, namespace, activityType, version, tag].map((value) =>
    values.add(value ?? null),
  );
  const counts = uncovered(await pendingFloors(connection), filter, values);
  const [raised] = await connection.seldom<{ entries: number; ticket: string }>(
    `WITH counted AS MATERIALIZED (
       SELECT count(*) AS n FROM ${s}.entries e WHERE ${indexedConditionOf(filter, values)} AND ${counts}),
     raised AS (
       INSERT INTO ${s}.floors AS f(id, ticket, pending, key, scope, namespace, activity_type, version, tag)
       SELECT ${values.add(idOf(filter))}::bigint, ${nextTicket(s)}, n > 0, ${covers.join()} FROM counted
       ON CONFLICT (id) DO UPDATE
         SET ticket = greatest(f.ticket, excluded.ticket), pending = f.pending OR excluded.pending
       RETURNING ticket)
     SELECT n::float8 AS entries, ticket::text AS ticket FROM counted, raised`,
    values.list,
  );
  return raised!;
}

/**
 * The entries that a floor covers. An entry above the last ticket is covered too, because it cannot
 * be one of these tables.
 */
const upTo = (s: string, ticket: string): string =>
  `(e.ticket <= ${ticket}::bigint OR e.ticket > ${lastTicket(s)})`;

const idOf = (filter: EntryFilter): string => floorId(floorName(filter)!);

/**
 * Invalidates the entries of a filter without a floor, in batches. Each gets the ticket of the
 * invalidation, so that no execution that began before can replace it.
 */
async function invalidateEach(connection: PostgresConnection, filter: EntryFilter): Promise<number> {
  const { s } = connection;
  const pending = await pendingFloors(connection);
  const [drawn] = await connection.seldom<{ ticket: string }>(`SELECT ${nextTicket(s)}::text AS ticket`);
  let entries = 0;
  for (let more = true; more;) {
    const values = new Values();
    const counts = uncovered(pending, filter, values);
    const ticket = values.add(drawn!.ticket);
    const batch = await drop(connection, {
      choice: `SELECT key, ticket, ${counts} AS counts FROM ${s}.entries e
        WHERE ${indexedConditionOf(filter, values)} AND ${upTo(s, ticket)} LIMIT ${BATCH}`,
      values,
      action: mark(s, `${ticket}::bigint`),
    });
    entries += batch.counted;
    more = batch.more;
  }
  return entries;
}

/** Runs one batch of `CacheStore.prune`. */
export async function prune(connection: PostgresConnection, limits: PruneLimits): Promise<Pruned> {
  const { maxBytes, onlyInvalidated } = limits;
  const covered = await dropCovered(connection);
  if (covered.entries > 0 || onlyInvalidated) return covered;
  for (const step of [removePast, removeRemains]) {
    const { entries, bytes, more } = await step(connection);
    if (entries > 0 || more) return { entries, bytes, more: true };
  }
  if (maxBytes === undefined) return NOTHING;
  const { entries, bytes } = await removeLeastUsed(connection, maxBytes);
  return { entries, bytes, more: entries > 0 };
}

const NOTHING = { entries: 0, bytes: 0, more: false };

/** Drops one batch of the results that floors cover. */
async function dropCovered(connection: PostgresConnection): Promise<Pruned> {
  for (const floor of await pendingFloors(connection)) {
    const { entries, bytes } = await dropUnder(connection, floor);
    if (entries > 0) return { entries, bytes, more: true };
  }
  return NOTHING;
}

/**
 * Drops one batch of the results under a floor. The floor stops being pending when no others are
 * left. A put that runs while the floor is raised may still leave a result under it. Such a result
 * is never found, because look-ups read every floor, and the next result replaces it.
 */
async function dropUnder(connection: PostgresConnection, floor: PendingFloor): Promise<Batch> {
  const { s } = connection;
  const values = new Values();
  const condition = `${indexedConditionOf(floor.filter, values)} AND ${upTo(s, values.add(floor.ticket))}`;
  const batch = await drop(connection, {
    choice: `SELECT key, ticket, false AS counts FROM ${s}.entries e WHERE ${condition} LIMIT ${BATCH}`,
    values,
    action: mark(s, '0'),
  });
  if (!batch.more) {
    const settle = `UPDATE ${s}.floors SET pending = false WHERE id = $1 AND ticket = $2`;
    await connection.seldom(settle, [idOf(floor.filter), floor.ticket]);
  }
  return batch;
}

/** Removes results past their `keepUntil`. */
function removePast(connection: PostgresConnection): Promise<Batch> {
  const { s } = connection;
  return drop(connection, {
    choice: `SELECT key, ticket, false AS counts FROM ${s}.entries
      WHERE gone_at IS NULL AND keep_until < (SELECT ${NOW}) ORDER BY keep_until LIMIT ${BATCH}`,
    values: new Values(),
    action: retire(s),
    leavesTickets: true,
  });
}

/**
 * Retires the entries that were remembered long enough, and deletes retired rows and expired
 * records of plain `Keyv`s. A result without an entry cannot exist.
 */
async function removeRemains(connection: PostgresConnection): Promise<Pruned> {
  const { s } = connection;
  const [removed] = await connection.seldom<{ rows: number }>(
    `WITH old AS MATERIALIZED (
       SELECT key, ticket FROM ${s}.entries WHERE gone_at > 0 AND gone_at < (SELECT ${NOW}) - $1
       ORDER BY gone_at LIMIT ${BATCH} FOR UPDATE),
     raised AS (${leaveTickets(s, 'old')}),
     retired AS (${retire(s)} = ANY (ARRAY(SELECT key FROM old)) RETURNING 1),
     forgotten AS (
       DELETE FROM ${s}.entries WHERE gone_at < 0 AND key = ANY (ARRAY(
         SELECT key FROM ${s}.entries WHERE gone_at < 0 AND gone_at > $2 - (SELECT ${NOW})
         ORDER BY gone_at LIMIT ${BATCH})) RETURNING 1),
     ended AS (
       DELETE FROM ${s}.keyv WHERE expires_at <= (SELECT ${NOW}) AND key = ANY (ARRAY(
         SELECT key FROM ${s}.keyv WHERE expires_at <= (SELECT ${NOW})
         ORDER BY expires_at LIMIT ${BATCH})) RETURNING 1)
     SELECT ((SELECT count(*) FROM retired) + (SELECT count(*) FROM forgotten)
       + (SELECT count(*) FROM ended))::integer AS rows`,
    [REMEMBERED_MS, RETIRED_MS],
  );
  return { ...NOTHING, more: removed!.rows > 0 };
}

/** Removes the least recently used entries, until the rest fits `maxBytes`. */
function removeLeastUsed(connection: PostgresConnection, maxBytes: number): Promise<Batch> {
  const { s } = connection;
  const values = new Values();
  return drop(connection, {
    choice: `
      SELECT key, ticket, true AS counts FROM (
        SELECT key, ticket, sum(bytes) OVER (ORDER BY used_at, key) - bytes AS before
        FROM (
          SELECT * FROM ${s}.entries WHERE gone_at IS NULL
          ORDER BY used_at, key LIMIT ${BATCH}) oldest) oldest
      WHERE (SELECT sum(bytes) FROM ${s}.entries WHERE gone_at IS NULL) - before
        > ${values.add(maxBytes)}::float8`,
    values,
    action: retire(s),
    leavesTickets: true,
  });
}

/** The action that remembers that a result was there. The caller adds the keys to this text. */
const mark = (s: string, ticket: string): string => `
  UPDATE ${s}.entries e SET gone_at = ${NOW},
    ticket = greatest(least(e.ticket, ${lastTicket(s)}), ${ticket}), tags = '{}', tag_floors = '{}'
  WHERE e.key`;

/**
 * The action that keeps only the ticket of an entry, in a floor of removed keys, so that no older
 * result can take its place. The row stays for a while: a put that runs now may not see the floor
 * yet, but finds the row.
 */
const retire = (s: string): string => `
  UPDATE ${s}.entries e SET gone_at = -${NOW}, tags = '{}', tag_floors = '{}' WHERE e.key`;

/** @param from - a relation with the columns `key` and `ticket` */
const leaveTickets = (s: string, from: string): string => `
  INSERT INTO ${s}.floors AS f(id, ticket, pending)
  SELECT ${removedIdOf('key')}, max(ticket), false FROM ${from} GROUP BY 1 ORDER BY 1
  ON CONFLICT (id) DO UPDATE SET ticket = greatest(f.ticket, excluded.ticket)`;

/**
 * Runs an action on chosen entries and drops their results. An entry that was replaced since it was
 * chosen stays. Rows are locked in one order, so that two processes that drop at once do not
 * deadlock. The keys are passed as arrays, because the planner expects few keys of an array, and so
 * reads indexes instead of all entries.
 */
async function drop(
  connection: PostgresConnection,
  { choice, values, action, leavesTickets }: Drop,
): Promise<Batch> {
  const { s } = connection;
  const [batch] = await connection.seldom<Size & { counted: number; found: number }>(
    `WITH choice AS MATERIALIZED (${choice}),
     chosen AS MATERIALIZED (
       SELECT e.key, least(e.ticket, ${lastTicket(s)}) AS ticket, e.bytes, choice.counts
       FROM ${s}.entries e JOIN choice ON e.key = choice.key AND e.ticket = choice.ticket
       WHERE e.key = ANY (ARRAY(SELECT key FROM choice)) AND e.gone_at IS NULL
       ORDER BY e.key FOR UPDATE OF e),
     acted AS (${action} = ANY (ARRAY(SELECT key FROM chosen))),
     ${leavesTickets ? `raised AS (${leaveTickets(s, 'chosen')}),` : ''}
     dropped AS (DELETE FROM ${s}.results WHERE key = ANY (ARRAY(SELECT key FROM chosen)))
     SELECT count(*)::integer AS entries, coalesce(sum(bytes), 0)::float8 AS bytes,
       count(*) FILTER (WHERE counts)::integer AS counted,
       (SELECT count(*) FROM choice)::integer AS found FROM chosen`,
    values.list,
  );
  const { found, ...dropped } = batch!;
  return { ...dropped, more: found === BATCH };
}
