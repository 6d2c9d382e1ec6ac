/** Postgres for a plain `Keyv`, and the base class of the store. */
import type { KeyvEntry } from 'keyv';
import { CacheStoreError } from '../../errors';
import { PostgresConnection } from './connection';
import { keyValueStatements } from './key-value-statements';
import { LateKeyvPostgres } from './late-base';
import type { PostgresOptions } from './options';

/** An index of Postgres takes keys up to this size in any case. */
const MAX_KEY_BYTES = 2_000;

const PAGE = 500;
const CLEAR_BATCH = 10_000;

/** A longer time to live, of some 3,000 years, counts as for ever. */
const MAX_TTL_MS = 1e14;

/**
 * A `KeyvPostgres` that can run for months: `new Keyv({ store: new PostgresAdapter({ uri }) })`.
 *
 * - It has its own connections with timeouts, which survive restarts of the server. A failure of an
 *   idle connection is an `'error'` event.
 * - It connects and creates its tables when it is first used, and retries until that succeeds.
 * - Entries past their time to live, by the server's clock, are not found. Each `set` frees the
 *   space of a few of them.
 * - Operations throw when they fail. `Keyv` turns that into a miss unless it has `throwOnErrors`.
 *
 * A namespace is a property of the adapter, so each `Keyv` needs its own adapter. Several adapters
 * may share a `schema`.
 */
export class PostgresAdapter extends LateKeyvPostgres {
  /** The server and the database, for people, without a password. */
  readonly name: string;
  /** @internal */
  protected readonly connection: PostgresConnection;
  private readonly sql: ReturnType<typeof keyValueStatements>;

  /**
   * Does not connect yet.
   * @throws {@link CacheOptionsError} for invalid options
   */
  constructor(options: PostgresOptions) {
    super({
      table: 'keyv',
      iterationLimit: PAGE,
      uri: undefined,
      schema: options.schema ?? 'activity_cache',
    });
    this.connection = new PostgresConnection(options, (error) => {
      // Without a listener the event would end the process.
      if (this.listenerCount('error') > 0) this.emit('error', error);
    });
    this.name = this.connection.name;
    this.sql = keyValueStatements(this.connection.s);
  }

  override async get(key: string): Promise<string | undefined> {
    return (await this.getMany([key]))[0];
  }

  override async getMany(keys: string[]): Promise<(string | undefined)[]> {
    const rows = await this.connection.rows<{ key: string; value: string }>(this.sql.get, [
      keys.filter(isStorable),
    ]);
    const values = new Map(rows.map(({ key, value }) => [key, value]));
    return keys.map((key) => values.get(key));
  }

  override async has(key: string): Promise<boolean> {
    return (await this.hasMany([key]))[0]!;
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    const rows = await this.connection.rows<{ key: string }>(this.sql.has, [keys.filter(isStorable)]);
    const there = new Set(rows.map(({ key }) => key));
    return keys.map((key) => there.has(key));
  }

  /**
   * @param ttl - the time to live in milliseconds. Default: for ever
   * @throws {@link CacheStoreError} for a key that Postgres cannot keep: longer than 2,000 bytes,
   * with U+0000, or not well-formed Unicode
   */
  override set(key: string, value: string, ttl?: number): Promise<void> {
    return this.setMany([{ key, value, ttl }]);
  }

  /** Like `set`, for all entries or none. */
  override async setMany(entries: KeyvEntry[]): Promise<void> {
    const last = [...new Map(entries.map((entry) => [entry.key, entry])).values()];
    const wrong = last.find(({ key }) => !isStorable(key));
    if (wrong !== undefined) {
      const bytes = Buffer.byteLength(wrong.key);
      throw new CacheStoreError(
        `Key cannot be stored [store=${this.name}, bytes=${bytes}]: it must have at most ` +
          `${MAX_KEY_BYTES} bytes, be well-formed Unicode and hold no U+0000. Use a hash of it`,
      );
    }
    await this.connection.rows(this.sql.set, [
      last.map(({ key }) => key),
      last.map(({ value }) => value as string),
      last.map(({ ttl }) => (ttl === undefined || ttl > MAX_TTL_MS ? null : ttl)),
    ]);
  }

  override delete(key: string): Promise<boolean> {
    return this.deleteMany([key]);
  }

  /** @returns whether any of the keys was there */
  override async deleteMany(keys: string[]): Promise<boolean> {
    const rows = await this.connection.rows<{ live: boolean }>(this.sql.delete, [keys.filter(isStorable)]);
    return rows.some(({ live }) => live);
  }

  /**
   * Deletes everything in the adapter's namespace. Without a namespace, it deletes all that this
   * adapter and others with the same `schema` keep.
   */
  override async clear(): Promise<void> {
    for (let deleted = CLEAR_BATCH; deleted === CLEAR_BATCH;) {
      const rows = await this.connection.rows<{ deleted: number }>(this.sql.clear, [
        ...rangeOf(this.namespace),
        CLEAR_BATCH,
      ]);
      deleted = rows[0]!.deleted;
    }
  }

  /** Iterates by key, in pages of 500. */
  override async *iterator(namespace?: string): AsyncGenerator<string[], void, unknown> {
    let page: { key: string; value: string }[] = [];
    do {
      const after = page.at(-1)?.key ?? null;
      page = await this.connection.rows(this.sql.page, [...rangeOf(namespace), after, PAGE]);
      for (const { key, value } of page) yield [key, value];
    } while (page.length === PAGE);
  }

  /**
   * Ends its connections. A given pool stays open. Later operations throw. A second call does
   * nothing.
   */
  override disconnect(): Promise<void> {
    return this.connection.close();
  }

  /**
   * Runs the statements of the base class. The first is its `CREATE TABLE`, which is left out.
   * @internal
   */
  override async connect(): Promise<(sql: string, values?: unknown[]) => Promise<unknown[]>> {
    let begun = false;
    return async (sql, values) => {
      if (begun) return this.connection.seldom(sql, values);
      begun = true;
      return [];
    };
  }
}

/** Other keys are never found, because Postgres would store several of them as the same key. */
const isStorable = (key: string): boolean =>
  Buffer.byteLength(key) <= MAX_KEY_BYTES && key.isWellFormed() && !key.includes('\0');

/**
 * The range of the keys of a namespace, in the order of bytes. The end is not included: `;` comes
 * after `:`.
 */
const rangeOf = (namespace: string | undefined): [first: string, end: string | null] =>
  namespace ? [`${namespace}:`, `${namespace};`] : ['', null];
