/** A SQLite file that is taken away, or replaced, under real processes that have it open. */
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import type { Told } from '../helpers/store-processes/child';
import { Process } from '../helpers/store-processes/fork';

const folder = mkdtempSync(join(tmpdir(), 'activity-cache-'));
const processes: Process[] = [];
let places = 0;
afterEach(async () => {
  for (const each of processes.splice(0)) await each.kill();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Uses the file without end, and counts what it told. */
async function using(place: string, seed: number) {
  const process = await Process.start();
  processes.push(process);
  const errors: string[] = [];
  let used = 0;
  process.onTold((told: Told) => {
    if (told.kind !== 'used') return;
    if (told.error !== undefined) errors.push(told.error);
    used++;
  });
  process.begin({ kind: 'use', place, seed });
  /** So many operations more. */
  const more = async (operations: number) => {
    for (const until = used + operations; used < until;) await process.next('used');
  };
  return { more, errors, kill: () => process.kill() };
}

const ways: Record<string, (path: string) => void> = {
  deleted: (path) => rmSync(path),
  'moved away': (path) => renameSync(path, `${path}.moved`),
  'replaced by another one': (path) => {
    const db = new Database(`${path}.other`);
    db.exec('PRAGMA journal_mode = WAL');
    db.close();
    renameSync(`${path}.other`, path);
  },
};

test.each(Object.entries(ways))(
  '%s alone, under two processes: both go on with a new one, without an error',
  async (_, take) => {
    const path = join(folder, `${++places}.db`);
    const users = await Promise.all([using(path, 1), using(path, 2)]);
    for (let times = 0; times < 5; times++) {
      await Promise.all(users.map(({ more }) => more(20)));
      take(path);
      await Promise.all(users.map(({ more }) => more(20)));
      expect(existsSync(path)).toBe(true);
    }
    expect(users.map(({ errors }) => errors)).toEqual([[], []]);
    for (const { kill } of users) await kill();
    const db = new Database(path);
    expect(db.prepare('PRAGMA integrity_check').get()).toMatchObject({ integrity_check: 'ok' });
    expect(db.prepare('SELECT count(*) > 0 AS some FROM entries').get()).toMatchObject({ some: 1 });
    db.close();
  },
);

test('deleted alone while a killed process has left what belongs to it: the next one begins with nothing', async () => {
  const path = join(folder, `${++places}.db`);
  const first = await using(path, 1);
  await first.more(20);
  await first.kill();
  expect(existsSync(`${path}-wal`)).toBe(true);
  rmSync(path);
  const next = await using(path, 2);
  await next.more(20);
  expect(next.errors).toEqual([]);
});
