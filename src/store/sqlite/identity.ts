/**
 * Which file it is that stands under a name. SQLite keeps what belongs to a file beside it, by name: where somebody takes the file alone away, that of
 * the old one must not be taken for that of the next one.
 */
import { rmSync, statSync } from 'node:fs';
import { libsql } from '../drivers';

const BESIDE = ['-wal', '-shm'];

/** A file, and what belongs to it, by their inodes. As long as they are open, no others have these. */
export interface Identity {
  file?: number;
  beside: readonly (number | undefined)[];
}

/** Undefined too where it cannot be told: opening says what is wrong. */
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
 * Removes what is left beside the name by a file that is gone. Whoever makes a file makes it before what belongs to it; and one process at a time removes,
 * by a lock that ends with it.
 * @param known - the file that is open here, and no longer stands under the name
 * @throws when another process is at it
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
