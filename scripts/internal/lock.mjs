import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Runs `work` while holding `file`: one process at a time. A holder that died does not hold.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] called once if another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait = () => {}) {
  await mkdir(dirname(file), { recursive: true });
  for (let waited = false; !(await create(file)); waited = true) {
    if (!waited) onWait();
    if (await ownerIsDead(file)) await breakLock(file);
    else await pause(200);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function create(file) {
  try {
    await writeFile(file, JSON.stringify({ host: hostname(), pid: process.pid }), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

async function ownerIsDead(file) {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return false; // just released
  if (text === '') return olderThan(file, 10_000); // created, not yet written, or its writer died in between
  const owner = JSON.parse(text);
  if (owner.host !== hostname()) return false;
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Of all who see a dead owner one removes the lock, and looks again first: it may be a new owner's by now. */
async function breakLock(file) {
  const guard = `${file}.breaking`;
  if (await create(guard)) {
    if (await ownerIsDead(file)) await rm(file, { force: true });
    await rm(guard, { force: true });
  } else if (await olderThan(guard, 10_000)) {
    await rm(guard, { force: true }); // whoever made it died in the two lines above
  }
}

async function olderThan(file, ms) {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ms;
}
