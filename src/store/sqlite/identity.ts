/**
 * Which file has a name now. SQLite keeps a log and an index beside the file, by name. If somebody
 * removes only the file, its log must not be taken for that of the next file.
 */
import { rmSync, statSync } from 'node:fs';
import { libsql } from '../drivers';

const BESIDE = ['-wal', '-shm'];

/**
 * A file and the files beside it, by their inodes. While they are open, no other files have these
 * inodes.
 */
export interface Identity {
  file?: number;
  beside: readonly (number | undefined)[];
}

/**
 * Undefined if there is no file, or if that cannot be read. Opening the file then reports the
 * error.
 */
export function inodeOf(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.ino;
  } catch {
    return undefined;
  }
}

export const identityOf = (path: string): Identity => ({
  file: inodeOf(path),
  beside: BESIDE.map((end) => inodeOf(path + end)),
});

/**
 * Removes the files that a removed file has left beside its name. A new file is always created
 * before the files beside it. A lock that ends with its process lets one process remove at a time.
 * @param known - the file that is open here and does not have the name any more
 * @throws when another process is removing
 */
export function removeLeftovers(path: string, known?: Identity): void {
  const leftovers = (): string[] => {
    const { file, beside } = identityOf(path);
    const isLeft = (inode: number | undefined, i: number) =>
      inode !== undefined && (file === undefined || (known !== undefined && inode === known.beside[i]));
    return BESIDE.filter((_, i) => isLeft(beside[i], i)).map((end) => path + end);
  };
  if (leftovers().length === 0) return;
  const lock = new (libsql())(`${path}-lock`);
  try {
    lock.exec('BEGIN EXCLUSIVE');
    for (const left of leftovers()) rmSync(left, { force: true });
  } finally {
    lock.close();
  }
}
