/**
 * Reads and writes records in a Keyv, with its namespace, compression and serialiser. Every
 * operation succeeds or throws.
 */
import { type AnyKeyv, strictly } from './any-keyv';
import { failingOnErrorEvents } from './adapter-errors';
import { DAMAGED, PREFIX, type Text } from './record-format';

/** Some adapters take no more keys at once. */
const AT_ONCE = 100;

/** Runs `work` for each item, for some at once. */
export async function forAll<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    await Promise.all(items.slice(from, from + AT_ONCE).map(work));
  }
}

export class Records {
  private readonly strict: AnyKeyv;

  constructor(private readonly keyv: AnyKeyv) {
    this.strict = strictly(keyv);
  }

  /** The name of the adapter, for people. */
  get adapter(): string {
    const store = this.keyv.store as { opts?: { dialect?: unknown } } & object;
    const { dialect } = store.opts ?? {};
    return typeof dialect === 'string' ? dialect : store.constructor.name;
  }

  get namespace(): string | undefined {
    return this.keyv.namespace;
  }

  /**
   * Takes one round trip if the adapter has `getMany` and there are at most {@link AT_ONCE} names.
   */
  async read(names: readonly string[]): Promise<Text[]> {
    if (names.length <= AT_ONCE) return this.readAtOnce(names);
    const rest = await this.read(names.slice(0, -AT_ONCE));
    return [...rest, ...(await this.readAtOnce(names.slice(-AT_ONCE)))];
  }

  /** For an adapter without `getMany`, Keyv's own would hide failures. */
  private async readAtOnce(names: readonly string[]): Promise<Text[]> {
    const { strict } = this;
    const { getMany } = this.keyv.store as { getMany?: unknown };
    if (typeof getMany !== 'function') {
      return Promise.all(names.map(async (name) => toText(await this.checked(() => strict.getRaw(name)))));
    }
    const rows = await this.checked(() => strict.getManyRaw([...names]));
    if (rows.length !== names.length) {
      throw new Error(`the adapter returned ${rows.length} values for ${names.length} keys`);
    }
    return rows.map(toText);
  }

  /**
   * @param options.expires - whether the record ends after the Keyv's own `ttl`, if it has one.
   * Default `false`
   */
  async write(name: string, text: string, { expires = false } = {}): Promise<void> {
    const written: unknown = await this.checked(() => this.strict.set(name, text, expires ? undefined : 0));
    if (written === false) throw new Error(`the Keyv did not write ${name}`);
  }

  async remove(name: string): Promise<void> {
    if (await this.checked(() => this.strict.delete(name))) return;
    const [left] = await this.read([name]); // a Keyv also answers `false` where there was no record
    if (left !== undefined) throw new Error(`the Keyv did not delete ${name}`);
  }

  get lists(): boolean {
    const { iterator, [Symbol.iterator]: own } = this.keyv.store as Partial<Iterating>;
    return typeof iterator === 'function' || typeof own === 'function';
  }

  /**
   * Lists all records of the cache, in any order. Keyv's own iterator is not used: it takes keys of
   * other namespaces for its own, cuts names at colons, and stops at a value that it cannot read.
   */
  async *list(): AsyncGenerator<{ name: string; text: () => Promise<Text> }> {
    const { namespace, useKeyPrefix } = this.keyv;
    const before = useKeyPrefix && namespace ? `${namespace}:` : '';
    const store = this.keyv.store as Iterating;
    const listed = await this.checked(async () => (store.iterator ? store.iterator(namespace) : store));
    const records =
      Symbol.asyncIterator in listed ? listed[Symbol.asyncIterator]() : listed[Symbol.iterator]();
    try {
      for (;;) {
        const next = await this.checked(async () => records.next());
        if (next.done === true) return;
        const [full, raw] = next.value;
        if (typeof full !== 'string' || !full.startsWith(before + PREFIX)) continue;
        yield { name: full.slice(before.length), text: () => this.textOf(raw) };
      }
    } finally {
      await records.return?.();
    }
  }

  private checked<T>(operation: () => Promise<T>): Promise<T> {
    return failingOnErrorEvents(this.keyv.store as object, operation);
  }

  private async textOf(raw: unknown): Promise<Text> {
    const data = await this.strict.deserializeData<unknown>(raw as string);
    const expired = typeof data?.expires === 'number' && data.expires < Date.now();
    return expired ? undefined : toText(data);
  }
}

type Listed = Iterable<KeyAndRaw> | AsyncIterable<KeyAndRaw>;
type KeyAndRaw = [key: unknown, raw: unknown];

/** A Map, or an adapter with an iterator. */
interface Iterating extends Iterable<KeyAndRaw> {
  iterator?: (namespace: string | undefined) => Listed | Promise<Listed>;
}

function toText(data: unknown): Text {
  if (data === undefined || data === null) return undefined;
  const { value } = data as { value?: unknown };
  return typeof value === 'string' ? value : DAMAGED;
}
