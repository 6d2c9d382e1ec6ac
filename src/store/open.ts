/** Opens the store that the user names. */
import { resolve } from 'node:path';
import { CacheOptionsError } from '../errors';
import { projectFolder } from '../project-folder';
import { MAX_TIMER_MS } from './guard';
import { KeyvStore } from './keyv';
import { type AnyKeyv, ownEncoding, recognise } from './keyv/any-keyv';
import { MemoryStore } from './memory';
import { CONNECT_TIMEOUT_MS, QUERY_TIMEOUT_MS } from './postgres/options';
import { PostgresStore } from './postgres/store';
import { SqliteStore } from './sqlite';
import { LOCK_WAIT_MS } from './sqlite/file';
import type { CacheStore } from './store';

const DEFAULT_STORE = 'sqlite:.activity-cache/cache.db';
const OPERATIONS = [
  'look',
  'draw',
  'put',
  'invalidate',
  'touch',
  'entries',
  'stats',
  'prune',
  'note',
  'claim',
  'notes',
  'about',
  'close',
] as const satisfies readonly (keyof CacheStore)[];

/**
 * @param given - `sqlite:path`, `postgres://…`, `memory:`, a store, or a `Keyv`. A Keyv whose
 * adapter is a store stands for that store, which can do more than a Keyv. Default: the embedded
 * file
 * @param timeoutMs - how long a call may take. A store that is opened here gives up no sooner
 * @throws {CacheOptionsError} for anything else
 */
export function openStore(given: string | CacheStore | AnyKeyv = DEFAULT_STORE, timeoutMs = 0): CacheStore {
  if (typeof given === 'string') return openUrl(given, timeoutMs);
  if (isStore(given)) return given;
  const keyv = recognise(given);
  if (keyv === 'known') return openKeyv(given);
  if (keyv === 'unknown') {
    throw new CacheOptionsError(
      'CachePlugin: store is a Keyv of a version that is not known here; keyv 5.6 is known, ' +
        'and so are later ones of major version 5',
    );
  }
  throw new CacheOptionsError(
    'CachePlugin: store must be a URL, a Keyv (an adapter goes into one: new Keyv({ store: adapter })), ' +
      `or a CacheStore; as the last it has no ${missingIn(given).join(', ')}`,
  );
}

function openKeyv(keyv: AnyKeyv): CacheStore {
  const adapter: unknown = keyv.store;
  if (!isStore(adapter)) return new KeyvStore(keyv);
  const own = ownEncoding(keyv);
  if (own === undefined) return adapter;
  throw new CacheOptionsError(
    `CachePlugin: store is a Keyv with ${own}, which would not be used: its adapter is itself a store, and ` +
      `the cache would use that directly [store=${adapter.name}]. Pass the adapter as the store, or pass ` +
      'a Keyv over another adapter, like PostgresAdapter',
  );
}

const isStore = (given: unknown): given is CacheStore => missingIn(given).length === 0;

const missingIn = (given: unknown): string[] =>
  OPERATIONS.filter(
    (name) => typeof (given as Partial<CacheStore> | null | undefined)?.[name] !== 'function',
  );

function openUrl(url: string, timeoutMs: number): CacheStore {
  if (url === 'memory:') return new MemoryStore();
  const atLeast = (ms: number): number => Math.min(MAX_TIMER_MS, Math.max(ms, timeoutMs));
  if (/^postgres(ql)?:\/\//.test(url)) {
    return new PostgresStore({
      uri: url,
      connectionTimeoutMillis: atLeast(CONNECT_TIMEOUT_MS),
      query_timeout: atLeast(QUERY_TIMEOUT_MS),
    });
  }
  const path = /^sqlite:(.+)$/s.exec(url)?.[1];
  if (path !== undefined && !/^\/\/[^/]/.test(path)) {
    return new SqliteStore(resolve(projectFolder(), path), { lockWaitMs: atLeast(LOCK_WAIT_MS) });
  }
  // The message does not have the URL, which may hold a password.
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0] ?? 'no scheme';
  throw new CacheOptionsError(
    "CachePlugin: store URLs are 'sqlite:path', 'postgres://user:password@host/database' and 'memory:' " +
      `(this one: ${scheme})`,
  );
}
