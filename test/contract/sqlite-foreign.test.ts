/** A SQLite file that is somebody else's. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { CacheStoreError, SqliteStore } from 'temporal-activity-cache';

const folder = mkdtempSync(join(tmpdir(), 'activity-cache-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([0, 1, 2])(
  'given as the store it is refused, and left as it is (its user_version is %d)',
  async (version) => {
    const path = join(folder, `${version}.db`);
    const db = new Database(path);
    db.exec(`CREATE TABLE customers(name); CREATE TABLE entries(text); INSERT INTO entries VALUES('dear diary');
    PRAGMA user_version = ${version}`);
    db.close();
    const before = readFileSync(path);
    const store = new SqliteStore(path);
    const error = await store.draw().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(CacheStoreError);
    expect(String(error)).toContain(
      `is no cache: it has other tables [path=${path}, tables=customers, entries]`,
    );
    await store.close();
    expect(readFileSync(path).equals(before)).toBe(true);
  },
);

test('a file that is empty is taken, and one of ours to which somebody has added a table', async () => {
  const path = join(folder, 'ours.db');
  new Database(path).close();
  const store = new SqliteStore(path);
  await store.draw();
  const db = new Database(path);
  db.exec('CREATE TABLE added(a)');
  db.close();
  await store.close();
  const later = new SqliteStore(path);
  expect((await later.draw()).ticket).toBeGreaterThan(0);
  await later.close();
});
