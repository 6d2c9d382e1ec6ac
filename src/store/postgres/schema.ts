/** The tables, and how they are created. */
import type { QueryResultRow } from 'pg';
import { CacheStoreError } from '../../errors';
import { pg } from '../drivers';
import { BEGINNING_ID } from './floor-ids';
import { DEFAULT_SCHEMA } from './options';

/**
 * The version of the tables. It is raised when an older version of this package could not read them
 * any more.
 */
export const SCHEMA = 1;

const UNDEFINED_TABLE = '42P01';

/** The store's clock, in milliseconds since 1970, like all times in the tables. */
export const NOW = `floor(extract(epoch FROM clock_timestamp()) * 1000)::float8`;

/**
 * The statements that create the cache's tables, and change nothing that exists. An administrator
 * runs them where the role of the Workers may not create tables. That role needs `USAGE` on the
 * schema, `SELECT`, `INSERT`, `UPDATE` and `DELETE` on its tables, and `USAGE` on its sequences.
 * @param schema - as in `PostgresOptions`
 */
export function postgresTables(schema = DEFAULT_SCHEMA): string {
  return `CREATE SCHEMA IF NOT EXISTS ${pg().escapeIdentifier(schema)};\n${tables(schema)}`;
}

/**
 * Creates the tables unless they exist.
 * @throws {CacheStoreError} when a newer version of this package created them. They do not change
 * then
 */
export async function openSchema(query: SendQuery, schema: string, store: string): Promise<void> {
  refuseNewer((await versionIn(query, schema)) ?? (await make(query, schema)), store);
}

function refuseNewer(found: number, store: string): void {
  if (found <= SCHEMA) return;
  throw new CacheStoreError(
    `Cache tables are of a newer version [store=${store}, version=${found}, known=${SCHEMA}]. ` +
      'Update temporal-activity-cache, or use another schema',
  );
}

/** The tables do not exist. */
export class NoTables extends Error {}

/**
 * Checks the tables, and creates nothing.
 * @throws {NoTables}
 * @throws {CacheStoreError} as {@link openSchema}
 */
export async function findSchema(query: SendQuery, schema: string, store: string): Promise<void> {
  const found = await versionIn(query, schema);
  if (found === undefined) throw new NoTables(`There are no cache tables [store=${store}, schema=${schema}]`);
  refuseNewer(found, store);
}

type SendQuery = <Row extends QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;

async function make(query: SendQuery, schema: string): Promise<number> {
  // CREATE SCHEMA needs the right to create schemas even if the schema exists.
  const there = await query('SELECT 1 AS yes FROM pg_namespace WHERE nspname = $1', [schema]);
  const statements = there.length === 0 ? postgresTables(schema) : tables(schema);
  const done = `${pg().escapeIdentifier(schema)}.schema_version`;
  // Another process that creates the tables waits at the lock, and then skips the statements. Even
  // statements that change nothing would lock tables that are in use by then.
  const once = `BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(${pg().escapeLiteral(`activity-cache ${schema}`)}, 0));
    IF to_regclass(${pg().escapeLiteral(done)}) IS NULL
      THEN EXECUTE ${pg().escapeLiteral(statements)}; END IF;
  END`;
  await query(`DO ${pg().escapeLiteral(once)}`);
  return (await versionIn(query, schema))!;
}

async function versionIn(query: SendQuery, schema: string): Promise<number | undefined> {
  try {
    const text = `SELECT version FROM ${pg().escapeIdentifier(schema)}.schema_version`;
    return (await query<{ version: number }>(text))[0]?.version;
  } catch (error) {
    if ((error as { code?: string }).code === UNDEFINED_TABLE) return undefined;
    throw error;
  }
}

/**
 * The tables:
 *
 * - Tickets begin with the time, in microseconds. If somebody drops the tables while processes use
 *   them, the next tables draw above all tickets of the last ones. Those tickets are at or below
 *   the floor of the beginning. The sequence caches no numbers for a connection, so tickets rise
 *   across all connections.
 * - The id of a floor is a hash of its name, which may be too long for an index. The other columns
 *   tell what the floor covers (NULL: anything). It is `pending` until the results under it are
 *   dropped.
 * - `entries` has what is counted, chosen and listed, in narrow rows. `results` has what only a hit
 *   reads.
 * - An entry with `gone_at` above 0 was invalidated then. Its result is dropped, and the row
 *   remembers that there was one. An entry with `gone_at` below 0 was removed then, and only its
 *   ticket counts.
 * - Names are indexed by their hashes, because they may be too long for an index. No index has
 *   `used_at`, so recording a use changes no index.
 * - Data is stored uncompressed: it may be encrypted or compressed already, and compressing would
 *   slow a hit down more than reading does.
 */
function tables(schema: string): string {
  const s = pg().escapeIdentifier(schema);
  return `
CREATE SEQUENCE IF NOT EXISTS ${s}.tickets;
SELECT setval(
    ${pg().escapeLiteral(`${s}.tickets`)}, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
  FROM ${s}.tickets WHERE NOT is_called;
CREATE TABLE IF NOT EXISTS ${s}.floors(
  id bigint PRIMARY KEY,
  ticket bigint NOT NULL,
  pending boolean NOT NULL,
  key text COLLATE "C",
  scope text COLLATE "C",
  namespace text COLLATE "C",
  activity_type text COLLATE "C",
  version text COLLATE "C",
  tag text COLLATE "C"
);
INSERT INTO ${s}.floors(id, ticket, pending)
  SELECT ${BEGINNING_ID}, last_value, false FROM ${s}.tickets ON CONFLICT DO NOTHING;
CREATE INDEX IF NOT EXISTS floors_pending ON ${s}.floors(id) WHERE pending;
CREATE TABLE IF NOT EXISTS ${s}.entries(
  key text COLLATE "C" PRIMARY KEY,
  scope text COLLATE "C" NOT NULL,
  namespace text COLLATE "C" NOT NULL,
  activity_type text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  tags text[] COLLATE "C" NOT NULL,
  tag_floors bigint[] NOT NULL,
  ticket bigint NOT NULL,
  started_at float8 NOT NULL,
  stored_at float8 NOT NULL,
  used_at float8 NOT NULL,
  keep_until float8,
  duration_ms float8 NOT NULL,
  bytes integer NOT NULL,
  gone_at float8
) WITH (fillfactor = 85);
CREATE INDEX IF NOT EXISTS entries_by_activity ON ${s}.entries(
  hashtextextended(scope, 0), hashtextextended(activity_type, 0), hashtextextended(version, 0))
  WHERE gone_at IS NULL;
CREATE INDEX IF NOT EXISTS entries_by_tag ON ${s}.entries USING gin(tag_floors)
  WHERE tag_floors <> '{}' AND gone_at IS NULL;
CREATE INDEX IF NOT EXISTS entries_by_age ON ${s}.entries(stored_at, key) WHERE gone_at IS NULL;
CREATE INDEX IF NOT EXISTS entries_by_end ON ${s}.entries(keep_until)
  WHERE keep_until IS NOT NULL AND gone_at IS NULL;
CREATE INDEX IF NOT EXISTS entries_gone ON ${s}.entries(gone_at) WHERE gone_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS ${s}.results(
  key text COLLATE "C" PRIMARY KEY REFERENCES ${s}.entries ON DELETE CASCADE,
  ticket bigint NOT NULL,
  header text NOT NULL,
  data bytea NOT NULL
);
ALTER TABLE ${s}.results ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE TABLE IF NOT EXISTS ${s}.notes(
  name text COLLATE "C" PRIMARY KEY, text text NOT NULL, at float8 NOT NULL);
CREATE TABLE IF NOT EXISTS ${s}.keyv(
  key text COLLATE "C" PRIMARY KEY, value text NOT NULL, expires_at float8);
CREATE INDEX IF NOT EXISTS keyv_by_end ON ${s}.keyv(expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS ${s}.schema_version(version integer NOT NULL);
INSERT INTO ${s}.schema_version SELECT ${SCHEMA} WHERE NOT EXISTS (SELECT FROM ${s}.schema_version);`;
}
