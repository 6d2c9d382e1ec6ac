/** From what the user names to a store. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Keyv } from 'keyv';
import { CacheOptionsError } from '../errors';
import { MemoryStore } from './memory';
import { PostgresStore } from './postgres/store';
import { SqliteStore } from './sqlite';
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
 * @param given - `sqlite:path`, `postgres://…`, `memory:`; a store, which is taken as it is; or a `Keyv` with a store as its adapter.
 * Default: the embedded file
 * @throws {CacheOptionsError} for anything else
 */
export function openStore(given: string | CacheStore | Keyv = DEFAULT_STORE): CacheStore {
  if (typeof given === 'string') return openUrl(given);
  if (isStore(given)) return given;
  const adapter: unknown = (given as Partial<Keyv> | null)?.store;
  if (isStore(adapter)) return adapter;
  throw new CacheOptionsError(
    `CachePlugin: store must be a URL, a CacheStore, or a Keyv whose adapter is one; it has no ${missingIn(given).join(', ')}`,
  );
}

const isStore = (given: unknown): given is CacheStore => missingIn(given).length === 0;

const missingIn = (given: unknown): string[] =>
  OPERATIONS.filter(
    (name) => typeof (given as Partial<CacheStore> | null | undefined)?.[name] !== 'function',
  );

function openUrl(url: string): CacheStore {
  if (url === 'memory:') return new MemoryStore();
  if (/^postgres(ql)?:\/\//.test(url)) return new PostgresStore({ uri: url });
  const path = /^sqlite:(.+)$/s.exec(url)?.[1];
  if (path !== undefined && !/^\/\/[^/]/.test(path)) return new SqliteStore(resolve(projectFolder(), path));
  // Not the URL itself: it may hold a password.
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0] ?? 'no scheme';
  throw new CacheOptionsError(
    `CachePlugin: store URLs are 'sqlite:path', 'postgres://user:password@host/database' and 'memory:' (this one: ${scheme})`,
  );
}

/** The folder of the nearest package.json, from the working directory upwards; without one the working directory. */
function projectFolder(): string {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return process.cwd();
  }
}
