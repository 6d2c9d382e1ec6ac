/** Postgres for a plain `Keyv`, and the base of the store. */
import type { KeyvEntry } from 'keyv';
import { CacheStoreError } from '../../errors';
import { PostgresConnection } from './connection';
import { keyValueStatements } from './key-value-statements';
import { LateKeyvPostgres } from './late-base';
import type { PostgresOptions } from './options';

/** What an index of Postgres surely takes. */
const LONGEST_KEY_BYTES = 2_000;

const PAGE = 500;
const CLEAR_BATCH = 10_000;

/** A time to live of more, some 3,000 years, is for ever. */
const LONGEST_TTL_MS = 1e14;

/**
 * `KeyvPostgres`, to be run for months: `new Keyv({ store: new PostgresAdapter({ uri }) })`.
 *
 * - It has connections of its own, bounded in time, which survive restarts of the server; what befalls an idle one is an `'error'` event.
 * - It connects, and makes its tables, when it is first used, and tries again until that has worked.
 * - Entries past their time to live, by the server's clock, are not there; each `set` frees the space of a few of them.
 * - Operations throw when they fail. `Keyv` turns that into a miss unless it is made with `throwOnErrors`.
 *
 * A namespace is a property of the adapter: an adapter for each `Keyv`. Several may share a `schema`.
 */
export class PostgresAdapter extends LateKeyvPostgres {
  /** Where it is, for people; without a password. */
  readonly name: string;
  /** @internal */
  protected readonly connection: PostgresConnection;
  private readonly sql: ReturnType<typeof keyValueStatements>;

  /**
   * Connects to nothing yet.
   * @throws {@link CacheOptionsError} for options that cannot be
   */
  constructor(options: PostgresOptions) {
    super({
      table: 'keyv',
      iterationLimit: PAGE,
      uri: undefined,
      schema: options.schema ?? 'activity_cache',
    });
    this.connection = new PostgresConnection(options, (error) => {
      if (this.listenerCount('error') > 0) this.emit('error', error); // without a listener it would end the process
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
   * @param ttl - in milliseconds; default for ever
   * @throws {@link CacheStoreError} for a key that Postgres cannot keep: of more than 2,000 bytes, with U+0000, or no well-formed Unicode
   */
  override set(key: string, value: string, ttl?: number): Promise<void> {
    return this.setMany([{ key, value, ttl }]);
  }

  /** As `set`. All or nothing. */
  override async setMany(entries: KeyvEntry[]): Promise<void> {
    const last = [...new Map(entries.map((entry) => [entry.key, entry])).values()];
    const wrong = last.find(({ key }) => !isStorable(key));
    if (wrong !== undefined) {
      const bytes = Buffer.byteLength(wrong.key);
      throw new CacheStoreError(
        `Key cannot be stored [store=${this.name}, bytes=${bytes}]: it must have at most ${LONGEST_KEY_BYTES} bytes, ` +
          'be well-formed Unicode and hold no U+0000. Use a hash of it',
      );
    }
    await this.connection.rows(this.sql.set, [
      last.map(({ key }) => key),
      last.map(({ value }) => value as string),
      last.map(({ ttl }) => (ttl === undefined || ttl > LONGEST_TTL_MS ? null : ttl)),
    ]);
  }

  override delete(key: string): Promise<boolean> {
    return this.deleteMany([key]);
  }

  /** @returns whether any of them was there */
  override async deleteMany(keys: string[]): Promise<boolean> {
    const rows = await this.connection.rows<{ live: boolean }>(this.sql.delete, [keys.filter(isStorable)]);
    return rows.some(({ live }) => live);
  }

  /** Deletes what is in the adapter's namespace; without one, all that this adapter and others of the same `schema` keep. */
  override async clear(): Promise<void> {
    for (let deleted = CLEAR_BATCH; deleted === CLEAR_BATCH;) {
      const rows = await this.connection.rows<{ deleted: number }>(this.sql.clear, [
        ...rangeOf(this.namespace),
        CLEAR_BATCH,
      ]);
      deleted = rows[0]!.deleted;
    }
  }

  /** By key, in pages of 500. */
  override async *iterator(namespace?: string): AsyncGenerator<string[], void, unknown> {
    let page: { key: string; value: string }[] = [];
    do {
      const after = page.at(-1)?.key ?? null;
      page = await this.connection.rows(this.sql.page, [...rangeOf(namespace), after, PAGE]);
      for (const { key, value } of page) yield [key, value];
    } while (page.length === PAGE);
  }

  /** Ends its connections; a pool that was given goes on. Operations afterwards throw. Twice is once. */
  override disconnect(): Promise<void> {
    return this.connection.close();
  }

  /**
   * What the base class sends, its `CREATE TABLE` first: that is left out.
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

/** Other keys are never there: as Postgres would keep them, some of them would be one. */
const isStorable = (key: string): boolean =>
  Buffer.byteLength(key) <= LONGEST_KEY_BYTES && key.isWellFormed() && !key.includes('\0');

/** From the first up to, but without, the second, in the order of bytes, are the keys of a namespace: `;` comes after `:`. */
const rangeOf = (namespace: string | undefined): [first: string, end: string | null] =>
  namespace ? [`${namespace}:`, `${namespace};`] : ['', null];
