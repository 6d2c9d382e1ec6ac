/** The embedded cache, which this demo shares with `npm run worker`. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const FILE = join('.activity-cache', 'cache.db');
const project = join(__dirname, '../../..');

/** Of a database its place alone: a URL may hold a password. */
export function cacheName(): string {
  const store = process.env.ACTIVITY_CACHE_STORE;
  if (!store) return FILE;
  if (!/^postgres(ql)?:/.test(store)) return 'the store that ACTIVITY_CACHE_STORE names';
  const { host, pathname } = new URL(store);
  return `Postgres at ${host}${pathname}`;
}

/** Deletes the cache: these files of this project, and nothing else. Says what it did. */
export function forget(): string {
  if (process.env.ACTIVITY_CACHE_STORE) {
    throw new Error(
      `--fresh deletes ${FILE} only, but the cache is ${cacheName()}: empty it by npx temporal-activity-cache rm --all.`,
    );
  }
  const files = ['', '-wal', '-shm']
    .map((suffix) => join(project, FILE + suffix))
    .filter((file) => existsSync(file));
  for (const file of files) rmSync(file);
  return files.length > 0 ? `Deleted ${FILE}.` : `There was no ${FILE} to delete.`;
}
