/** The user's Keyv, and a view of it that reports every failure. */
import type { Keyv } from 'keyv';
import { keyv as driver } from '../drivers';
import { DAMAGED } from './record-format';

/**
 * The members of a Keyv that the cache needs. The user's Keyv may come from another copy of the
 * package, so no class is named.
 */
export type AnyKeyv = Pick<
  Keyv,
  | 'get'
  | 'getRaw'
  | 'getManyRaw'
  | 'set'
  | 'delete'
  | 'store'
  | 'opts'
  | 'namespace'
  | 'useKeyPrefix'
  | 'serialize'
  | 'compression'
  | 'deserializeData'
>;

const OPERATIONS = ['get', 'set', 'delete'] as const;
const OF_KEYV_5 = ['getRaw', 'getManyRaw', 'deserializeData'] as const;

/**
 * @returns `'unknown'` for a Keyv of another major version or from before 5.6, undefined for an
 * object that is no Keyv
 */
export function recognise(given: unknown): 'known' | 'unknown' | undefined {
  const members = (given ?? {}) as Partial<Record<string, unknown>>;
  const has = (names: readonly string[]) => names.every((name) => typeof members[name] === 'function');
  const opts = members.opts as { store?: unknown } | undefined;
  if (!has(OPERATIONS) || typeof (members.store ?? opts?.store) !== 'object') return undefined;
  return has(OF_KEYV_5) ? 'known' : 'unknown';
}

/** What a Keyv does to values besides making JSON of them, for people. */
export function ownEncoding({ compression, serialize }: AnyKeyv): string | undefined {
  if (compression !== undefined) return 'a compression';
  // The Keyv may come from another copy of the package, so the name decides.
  const usual = new (driver().Keyv)().serialize;
  const isUsual = serialize === undefined || serialize === usual || serialize.name === usual?.name;
  return isUsual ? undefined : 'a serialiser of its own';
}

/**
 * A view of the Keyv, like an object of a subclass: the user's own object does not change. The view
 * throws where a Keyv would answer as if there were no record. It answers {@link DAMAGED} for a
 * record that cannot be deserialised, where a Keyv would throw as if its store had failed.
 */
export function strictly<K extends AnyKeyv>(keyv: K): K {
  return Object.create(keyv, {
    _throwOnErrors: { value: true },
    deserializeData: {
      value: async (raw: unknown): Promise<{ value?: unknown; expires?: number } | undefined> => {
        if (raw === undefined || raw === null) return undefined;
        const data = await keyv.deserializeData(raw as string).catch(() => undefined);
        if (data?.value !== undefined) return data;
        // Some adapters return objects, and Keyv's own `get` accepts these too.
        return typeof raw === 'object' && 'value' in raw ? raw : { value: DAMAGED };
      },
    },
  }) as K;
}
