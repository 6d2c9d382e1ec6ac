/** Makes a pool of connections from the user's options. */
import type { Pool, PoolConfig } from 'pg';
import { CacheOptionsError } from '../../errors';
import { didYouMean } from '../../options/spelling';
import { pg } from '../drivers';
import { MAX_TIMER_MS } from '../guard';

/**
 * The options of a Postgres store. With `uri`, all other options of a pool of `pg` are allowed too.
 */
export type PostgresOptions = {
  /**
   * The schema of the cache, which nothing else uses. Another name is another cache. It is created
   * if it does not exist. At most 63 bytes. Default `activity_cache`.
   */
  schema?: string;

  /**
   * Whether statements are prepared on the server once for each connection, which makes a hit
   * faster. Use `false` behind a pooler that assigns connections by transaction and does not
   * support prepared statements (PgBouncer before 1.21). Default `true`.
   */
  prepare?: boolean;
} & (
  | (Omit<PoolConfig, 'connectionString' | 'ssl' | 'max' | 'connectionTimeoutMillis' | 'query_timeout'> & {
      /**
       * `postgres://user:password@host:5432/database`. The URI takes precedence over the other
       * options. It may also have `?schema=`, `?prepare=false` and the numbers of a pool, such as
       * `?max=4`.
       *
       * TLS: `?sslmode=verify-full` (also `require`) checks the server's certificate, with
       * `&sslrootcert=path` against your own CA. `?sslmode=no-verify` encrypts and checks nothing.
       * `?sslmode=disable` does not encrypt. Each of them takes precedence over `ssl`.
       */
      uri: string;
      pool?: undefined;

      /**
       * TLS, if the URI has no `sslmode`: `true`, or the options of `tls.connect`, e.g. `{ ca }`.
       * Default: none.
       */
      ssl?: PoolConfig['ssl'];

      /** The maximum number of connections. None is opened before it is needed. Default 16. */
      max?: number;

      /**
       * How long an operation waits for a connection, in milliseconds. `0` means for ever. Default
       * 2,000. If the plugin's `store` is a URL, it is at least `storeTimeout`.
       */
      connectionTimeoutMillis?: number;

      /**
       * How long an operation waits for its answer, in milliseconds. Listing and pruning wait
       * longer. `0` means for ever. Default 5,000. If the plugin's `store` is a URL, it is at least
       * `storeTimeout`.
       */
      query_timeout?: number;
    })
  | {
      /** Your own pool. The cache does not end it, and its options stay as you set them. */
      pool: Pool;
      uri?: undefined;
    }
);

export const DEFAULT_SCHEMA = 'activity_cache';
export const QUERY_TIMEOUT_MS = 5_000;
export const CONNECT_TIMEOUT_MS = 2_000;

export interface OpenedPool {
  pool: Pool;
  /** Whether the pool was created here and must be ended here. */
  own: boolean;
  schema: string;
  prepare: boolean;
  queryTimeoutMs: number;
  connectTimeoutMs: number;
  /** The server and the database, for people, without a password. */
  name: string;
}

/**
 * Does not connect yet.
 * @throws {@link CacheOptionsError} for an invalid `uri` or `schema`, for an unknown parameter of
 * the `uri` or one that must be a number, or if there is neither `uri` nor `pool`
 */
export function openPool(options: PostgresOptions): OpenedPool {
  const { pool: given, uri, schema: _schema, prepare: _prepare, ...own } = options;
  const inUri = new URLSearchParams(uri?.replace(/^[^?]*/, ''));
  checkNames([...inUri.keys()]);
  const schema = inUri.get('schema') ?? options.schema ?? DEFAULT_SCHEMA;
  const prepare = inUri.get('prepare') ?? String(options.prepare ?? true);
  checkSchema(schema);
  if (!/^(true|false)$/.test(prepare)) throw new CacheOptionsError('Postgres: prepare must be true or false');
  if (uri === undefined && given === undefined)
    throw new CacheOptionsError('Postgres: uri or pool must be given');
  const config: PoolConfig = given?.options ?? {
    max: 16,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 60_000, // a new connection is the most expensive part of a hit
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    allowExitOnIdle: true,
    fallback_application_name: 'temporal-activity-cache',
    ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)),
    ...numbersIn(inUri),
    connectionString: uri,
  };
  const { host, port, database } = parse(config);
  const inSchema = schema === DEFAULT_SCHEMA ? '' : `?schema=${schema}`;
  return {
    pool: given ?? new (pg().Pool)(config),
    own: given === undefined,
    schema,
    prepare: prepare === 'true',
    queryTimeoutMs: config.query_timeout ?? QUERY_TIMEOUT_MS,
    connectTimeoutMs: config.connectionTimeoutMillis ?? CONNECT_TIMEOUT_MS,
    name: `postgres://${host}:${port}/${database ?? ''}${inSchema}`,
  };
}

/**
 * The parameters that a URI may have: ours, those of `pg`, and those of `libpq`, because URIs are
 * copied from other programs.
 */
const IN_URI = [
  ...[
    'schema',
    'prepare',
    'max',
    'min',
    'connectionTimeoutMillis',
    'idleTimeoutMillis',
    'maxLifetimeSeconds',
  ],
  ...['query_timeout', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'],
  ...[
    'application_name',
    'fallback_application_name',
    'client_encoding',
    'encoding',
    'options',
    'replication',
  ],
  ...['host', 'hostaddr', 'port', 'user', 'password', 'passfile', 'dbname', 'service', 'connect_timeout'],
  ...['keepAlive', 'keepAliveInitialDelayMillis', 'keepalives', 'keepalives_idle', 'keepalives_interval'],
  ...[
    'keepalives_count',
    'tcp_user_timeout',
    'target_session_attrs',
    'load_balance_hosts',
    'channel_binding',
  ],
  ...['ssl', 'sslmode', 'sslcert', 'sslkey', 'sslpassword', 'sslrootcert', 'sslcrl', 'sslcrldir', 'sslsni'],
  ...[
    'sslnegotiation',
    'sslcompression',
    'sslcertmode',
    'ssl_min_protocol_version',
    'ssl_max_protocol_version',
  ],
  ...['requiressl', 'requirepeer', 'require_auth', 'gssencmode', 'gssdelegation', 'krbsrvname', 'gsslib'],
  ...['uselibpqcompat', 'enableChannelBinding', 'binary', 'database'],
];

/** Numbers that the pool itself needs. Only its connections read the URI. */
const NUMBERS = [
  'max',
  'min',
  'connectionTimeoutMillis',
  'idleTimeoutMillis',
  'maxLifetimeSeconds',
  'query_timeout',
] as const;

function numbersIn(inUri: URLSearchParams): PoolConfig {
  // As for libpq, a number below 0 means for ever.
  const seconds = numberIn(inUri, 'connect_timeout', /^-?\d+$/);
  const numbers = NUMBERS.map((name) => [name, numberIn(inUri, name)] as const);
  return {
    ...(seconds !== undefined && {
      connectionTimeoutMillis: Math.max(0, Math.min(MAX_TIMER_MS, seconds * 1_000)),
    }),
    ...Object.fromEntries(numbers.filter(([, number]) => number !== undefined)),
  };
}

function numberIn(inUri: URLSearchParams, name: string, shape = /^\d+$/): number | undefined {
  const value = inUri.get(name);
  if (value === null) return undefined;
  if (shape.test(value)) return Number(value);
  throw new CacheOptionsError(
    `Postgres: in the uri ${name} must be a whole number [${name}=${JSON.stringify(value)}]`,
  );
}

function checkNames(given: readonly string[]): void {
  const unknown = given.find((name) => !IN_URI.includes(name));
  if (unknown === undefined) return;
  throw new CacheOptionsError(
    `Postgres: the uri has an unknown parameter '${unknown}'${didYouMean(unknown, IN_URI)} ` +
      'Other options go beside the uri: new PostgresStore({ uri, … })',
  );
}

/**
 * Parses the options as a connection does. Messages do not have the URI, which may hold a password.
 */
function parse(config: PoolConfig): { host: string; port: number; database?: string } {
  const { connectionString: uri } = config;
  if (uri !== undefined && !/^postgres(ql)?:\/\//.test(uri)) {
    throw new CacheOptionsError('Postgres: uri must be like postgres://user:password@host:5432/database');
  }
  try {
    return new (pg().Client)(config);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CacheOptionsError(`Postgres: the connection's options cannot be used: ${why}`, { cause });
  }
}

/** Postgres would cut a longer name, so that two names could be the same. */
function checkSchema(schema: string): void {
  if (schema !== '' && !schema.includes('\0') && schema.isWellFormed() && Buffer.byteLength(schema) <= 63)
    return;
  throw new CacheOptionsError(
    `Postgres: schema must be a name of 1 to 63 bytes [schema=${JSON.stringify(schema)}]`,
  );
}
