/** The embedded cache, which this demo shares with `npm run worker`. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const FILE = join('.activity-cache', 'cache.db');
const project = join(__dirname, '../../..');

export const cacheName = () =>
  process.env.ACTIVITY_CACHE_STORE ? 'the store that ACTIVITY_CACHE_STORE names' : FILE;

/** Deletes the cache: these files of this project, and nothing else. Says what it did. */
export function forget(): string {
  if (process.env.ACTIVITY_CACHE_STORE) {
    throw new Error(
      `--fresh deletes ${FILE} only, but ACTIVITY_CACHE_STORE names another store: unset it first.`,
    );
  }
  const files = ['', '-wal', '-shm']
    .map((suffix) => join(project, FILE + suffix))
    .filter((file) => existsSync(file));
  for (const file of files) rmSync(file);
  return files.length > 0 ? `Deleted ${FILE}.` : `There was no ${FILE} to delete.`;
}
