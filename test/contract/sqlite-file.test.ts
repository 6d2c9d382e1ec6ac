/** What can be wrong with, or become of, the file of a SQLite store. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { SqliteStore } from 'temporal-activity-cache';
import type { NewEntry } from 'temporal-activity-cache/store';
import { Process } from '../helpers/store-processes/fork';

const folder = mkdtempSync(join(tmpdir(), 'activity-cache-'));
let places = 0;
/** A file that is not there yet, in a folder of its own that is not there either. */
const newPath = (name = 'cache.db') => join(folder, `${++places}`, name);
afterAll(() => rmSync(folder, { recursive: true }));

const subject = {
  key: 'a'.repeat(64),
  scope: 'scope',
  namespace: 'namespace',
  activityType: 'activity',
  version: '1',
};

async function execute(store: SqliteStore, entry: Partial<NewEntry> = {}): Promise<'stored' | 'superseded'> {
  const { ticket, now: startedAt } = await store.draw();
  const usual = { tags: [], durationMs: 1, header: 'header', data: new Uint8Array(20_000).fill(1) };
  return store.put({ ...subject, ...usual, ticket, startedAt, ...entry });
}
const holder = async (store: SqliteStore) => (await store.look(subject)).found?.header;

test('the file and its folder are made at the first operation, and kept out of repositories', async () => {
  const path = newPath();
  const store = new SqliteStore(path);
  expect(existsSync(join(path, '..'))).toBe(false);
  await store.draw();
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(join(path, '..', '.gitignore'), 'utf8')).toBe('*\n');
  await store.close();
});

test('a folder that was there is not touched otherwise', async () => {
  const path = newPath();
  mkdirSync(join(path, '..'));
  const store = new SqliteStore(path);
  await store.draw();
  await store.close();
  expect(existsSync(join(path, '..', '.gitignore'))).toBe(false);
});

test.each(['with spaces', 'ünï-cödé 日本 😀', `quotes ' " \``, '50%20 ?mode=ro#x', '-f', 'file:x'])(
  'a path is a path: %s',
  async (name) => {
    const path = join(newPath(name), name);
    const [store, other] = [new SqliteStore(path), new SqliteStore(path)];
    await execute(store);
    expect(await holder(other)).toBe('header');
    expect(statSync(path).size).toBeGreaterThan(0);
    await store.close();
    await other.close();
  },
);

test('a file of a newer version: an error that says so, and leaves the file as it is', async () => {
  const path = newPath();
  mkdirSync(join(path, '..'));
  const db = new Database(path);
  db.exec('CREATE TABLE entries(of_the_future); PRAGMA user_version = 99');
  db.close();
  const before = readFileSync(path);
  const store = new SqliteStore(path);
  await expect(store.draw()).rejects.toThrow(
    `Cache file is of a newer version [path=${path}, version=99, known=2]. Update temporal-activity-cache, or use another file`,
  );
  await store.close();
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('a file that is no database: an error that names the file and the ways out; when it is gone, all is well', async () => {
  const path = newPath();
  mkdirSync(join(path, '..'));
  writeFileSync(path, 'A letter to my dear aunt. '.repeat(1_000));
  const store = new SqliteStore(path);
  const says = `Cache file is damaged, or something else [path=${path}]. Use another file, or delete this one if it is a cache`;
  await expect(store.draw()).rejects.toThrow(says);
  await expect(store.look(subject)).rejects.toThrow(says);
  expect(readFileSync(path, 'utf8')).toContain('my dear aunt'); // not ours to change
  rmSync(path);
  expect(await execute(store)).toBe('stored');
  await store.close();
});

test('a damaged file: errors or misses, never a wrong answer; when it is deleted, all is well', async () => {
  const path = newPath();
  const writer = new SqliteStore(path);
  for (let i = 0; i < 50; i++) await execute(writer, { key: `${i}`.padStart(64, '0') });
  await execute(writer);
  await writer.close();
  const db = new Database(path);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)'); // all is in the file itself
  db.close();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4096); // all but the first page
  writeFileSync(path, bytes);

  const store = new SqliteStore(path);
  await expect(execute(store)).rejects.toThrow('Cache file is damaged');
  rmSync(join(path, '..'), { recursive: true });
  expect(await holder(store)).toBe(undefined);
  expect(await execute(store)).toBe('stored');
  await store.close();
});

test('bytes that are gone are told: found, but without data; the next result heals', async () => {
  const path = newPath();
  const store = new SqliteStore(path);
  await execute(store);
  const db = new Database(path);
  db.exec('DELETE FROM payloads');
  db.close();
  expect((await store.look(subject)).found).toMatchObject({ header: 'header', data: undefined });
  await execute(store);
  expect((await store.look(subject)).found?.data?.length).toBe(20_000);
  await store.close();
});

test('large results leave nothing behind when they are replaced or invalidated', async () => {
  const path = newPath();
  const store = new SqliteStore(path);
  await execute(store);
  await execute(store);
  const db = new Database(path);
  const payloads = () => (db.prepare('SELECT count(*) AS n FROM payloads').get() as { n: number }).n;
  expect(payloads()).toBe(1);
  await execute(store, { data: new Uint8Array(3) });
  expect(payloads()).toBe(0);
  await execute(store);
  await store.invalidate({ scope: 'scope' });
  expect(payloads()).toBe(0);
  db.close();
  await store.close();
});

test.each([
  ['a folder that may not be written', async (path) => mkdirSync(join(path, '..'), { mode: 0o555 })],
  ['a file that may not be written', async (path) => new SqliteStore(path).draw()],
] satisfies [string, (path: string) => Promise<unknown>][])(
  '%s: an error, at once',
  async (_name, prepare) => {
    const path = newPath();
    await prepare(path);
    const child = await Process.start();
    child.begin({ kind: 'draw-unprivileged', path });
    const { outcome } = await child.next('drew');
    expect(outcome).toMatch(/unable to open|readonly|permission denied/i);
  },
);

test('a folder where no folder can be: an error, at once', async () => {
  const path = newPath();
  writeFileSync(join(path, '..'), 'a file');
  await expect(new SqliteStore(path).draw()).rejects.toThrow(/unable to open/i);
  await expect(new SqliteStore(join(path, 'deeper', 'cache.db')).draw()).rejects.toThrow(/ENOTDIR/);
  await expect(new SqliteStore(folder).draw()).rejects.toThrow(/unable to open/i); // a folder for a file
});
