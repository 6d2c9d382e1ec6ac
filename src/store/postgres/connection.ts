/**
 * Sends statements to the server: after the tables exist, with a timeout, and prepared where that
 * is allowed.
 */
import { createHash } from 'node:crypto';
import type { PoolClient, QueryConfig, QueryResultRow } from 'pg';
import { CacheStoreError } from '../../errors';
import { pg } from '../drivers';
import { type OpenedPool, openPool, type PostgresOptions } from './options';
import { findSchema, openSchema } from './schema';
import { Turnstile } from './turnstile';

/** The timeout of listing and pruning, which read much. */
const LONG_TIMEOUT_MS = 60_000;

/** The SQLSTATEs of a missing table and of a missing schema. */
const UNDEFINED = ['42P01', '3F000'];
/** The message of `pg` after `query_timeout`. It drops that connection itself. */
const NO_ANSWER = 'Query read timeout';
const INSUFFICIENT_PRIVILEGE = '42501';

/** A fixed text, which is prepared once for each connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * A statement whose name is a hash of its text, so that stores with other schemas may share a pool.
 */
export const statement = (text: string): Statement => ({
  name: `activity_cache_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`,
  text,
});

export class PostgresConnection {
  /** The server and the database, for people, without a password. */
  readonly name: string;
  readonly schema: string;
  /** The quoted schema for statements. */
  readonly s: string;
  /** The pool has the password. Private fields are not printed with their object. */
  readonly #opened: OpenedPool;
  private tables?: Promise<void>;
  private readonly turnstile: Turnstile;
  private readonly listeners: (() => void)[] = [];
  private readonly connected = (): void => this.listeners.forEach((listener) => listener());
  private closed = false;
  private makesTables = true;

  /**
   * Connects when a connection is first needed.
   * @param onError - is called when an idle connection fails. The pool replaces the connection
   */
  constructor(
    options: PostgresOptions,
    private readonly onError: (error: Error) => void,
  ) {
    this.#opened = openPool(options);
    this.name = this.#opened.name;
    this.schema = this.#opened.schema;
    this.s = pg().escapeIdentifier(this.schema);
    this.#opened.pool.on('connect', this.connected);
    this.turnstile = new Turnstile(this.#opened.pool, this.#opened.connectTimeoutMs);
    // Without a listener, a restart of the server would end this process.
    this.#opened.pool.on('error', onError);
  }

  /** The rows of a statement that any call may need. */
  rows<Row extends QueryResultRow>({ name, text }: Statement, values: unknown[] = []): Promise<Row[]> {
    return this.send({ ...(this.#opened.prepare && { name }), text, values });
  }

  /** The rows of a statement that is made for one use and may run long. */
  seldom<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const { queryTimeoutMs } = this.#opened;
    return this.send({
      text,
      values,
      query_timeout: queryTimeoutMs && Math.max(queryTimeoutMs, LONG_TIMEOUT_MS),
    });
  }

  /** The rows of a statement that needs no tables. */
  plain<Row extends QueryResultRow>({ text }: Statement): Promise<Row[]> {
    return this.once({ text });
  }

  /** From now on no tables are created. */
  makeNoTables(): void {
    this.makesTables = false;
  }

  /**
   * @param listener - is called for each new connection, which may lead to another server or to a
   * restored one
   */
  onConnect(listener: () => void): void {
    this.listeners.push(listener);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.turnstile.end();
    const { own, pool } = this.#opened;
    if (own) await pool.end();
    else pool.off('error', this.onError).off('connect', this.connected);
  }

  private async send<Row extends QueryResultRow>(query: Query): Promise<Row[]> {
    try {
      await this.withTables();
      return await this.once(query);
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (code === INSUFFICIENT_PRIVILEGE)
        throw notGranted(this.name, this.makesTables ? WRITING : READING, message, error);
      if (!UNDEFINED.includes(code ?? '')) throw error;
      this.tables = undefined; // somebody dropped them, to empty the cache
      await this.withTables();
      return this.once(query);
    }
  }

  /**
   * Creates the tables. Each call retries until that has succeeded.
   * @throws {NoTables} where no tables may be created and none exist
   */
  withTables(): Promise<void> {
    const open = this.makesTables ? openSchema : findSchema;
    this.tables ??= open((text, values) => this.once({ text, values }), this.schema, this.name).catch(
      (error: unknown) => {
        this.tables = undefined;
        throw error;
      },
    );
    return this.tables;
  }

  private async once<Row extends QueryResultRow>(query: Query): Promise<Row[]> {
    if (this.closed) throw new Error(`Postgres store is closed [store=${this.name}]`);
    const { pool, queryTimeoutMs } = this.#opened;
    try {
      const config = { query_timeout: queryTimeoutMs, ...query } as QueryConfig;
      return (await this.turnstile.run(() => pool.query<Row>(config))).rows;
    } catch (error) {
      if ((error as Error).message === NO_ANSWER) this.dropIdle();
      throw error;
    }
  }

  /**
   * Drops all idle connections. If one connection hangs because the server was lost without notice,
   * the idle ones hang too, and calls must not try them one by one.
   */
  private dropIdle(): void {
    const { pool } = this.#opened;
    for (let idle = pool.idleCount; idle > 0; idle--) {
      const drop = (client: PoolClient) => {
        (client as PoolClient & { unref(): void }).unref(); // the server's answer may take long
        client.release(true);
      };
      pool.connect().then(drop, this.onError);
    }
  }
}

const WRITING =
  'Let its role create its schema, or let an administrator run what postgresTables() returns and grant the ' +
  'role USAGE on the schema and on its sequences, and SELECT, INSERT, UPDATE and DELETE on its tables';
const READING = 'An administrator grants its role USAGE on the schema, and SELECT on its tables';

const notGranted = (store: string, needed: string, message: string, cause: unknown): CacheStoreError =>
  new CacheStoreError(`Postgres store lacks a right [store=${store}]: ${message}. ${needed}`, { cause });

interface Query {
  name?: string;
  text: string;
  values?: unknown[];
  /** `pg` accepts this for each query, in milliseconds. */
  query_timeout?: number;
}
