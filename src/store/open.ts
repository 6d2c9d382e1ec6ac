/** From what the user names to a store. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CacheOptionsError } from '../errors';
import { MemoryStore } from './memory';
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
 * @param given - `sqlite:path`, `memory:`, or a store, which is taken as it is. Default: the embedded file
 * @throws {CacheOptionsError} for anything else
 */
export function openStore(given: string | CacheStore = DEFAULT_STORE): CacheStore {
  if (typeof given === 'string') return openUrl(given);
  const missing = OPERATIONS.filter(
    (name) => typeof (given as Partial<CacheStore> | null)?.[name] !== 'function',
  );
  if (missing.length === 0) return given;
  throw new CacheOptionsError(
    `CachePlugin: store must be a URL or a CacheStore; it has no ${missing.join(', ')}`,
  );
}

function openUrl(url: string): CacheStore {
  if (url === 'memory:') return new MemoryStore();
  const path = /^sqlite:(.+)$/s.exec(url)?.[1];
  if (path !== undefined && !/^\/\/[^/]/.test(path)) return new SqliteStore(resolve(projectFolder(), path));
  // Not the URL itself: it may hold a password.
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0] ?? 'no scheme';
  throw new CacheOptionsError(
    `CachePlugin: store URLs are 'sqlite:path' and 'memory:' (this one: ${scheme})`,
  );
}

/** The folder of the nearest package.json, from the working directory upwards; without one the working directory. */
function projectFolder(): string {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return process.cwd();
  }
}
