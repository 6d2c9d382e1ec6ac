/** A SQLite file that somebody deletes under running processes, to empty the cache. */
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { SqliteStore } from 'temporal-activity-cache';
import type { NewEntry } from 'temporal-activity-cache/store';

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

describe('a file that is deleted while it is open', () => {
  const deletions: Record<string, (path: string) => void> = {
    'with its folder': (path) => rmSync(join(path, '..'), { recursive: true }),
    'with what belongs to it': (path) => ['', '-wal', '-shm'].forEach((end) => rmSync(path + end)),
    alone: (path) => rmSync(path),
    'by moving its folder away': (path) => renameSync(join(path, '..'), `${join(path, '..')}-moved`),
  };

  test.each(Object.entries(deletions))('%s: an empty cache, made anew', async (_name, remove) => {
    const path = newPath();
    const [store, other] = [new SqliteStore(path), new SqliteStore(path)];
    await execute(store);
    const before = await other.draw();
    remove(path);

    expect(await holder(store)).toBe(undefined);
    expect(await holder(other)).toBe(undefined);
    expect((await other.draw()).ticket).toBeGreaterThan(before.ticket);
    expect(await execute(store, { header: 'anew' })).toBe('stored');
    expect(await holder(other)).toBe('anew');
    await store.close();
    expect(await execute(other, { header: 'after' })).toBe('stored');
    const third = new SqliteStore(path);
    expect(await holder(third)).toBe('after');
    await Promise.all([other.close(), third.close()]);
    const db = new Database(path);
    expect(db.prepare('PRAGMA integrity_check').get()).toMatchObject({ integrity_check: 'ok' });
    db.close();
  });

  test('an execution that began before does not replace what began after', async () => {
    const path = newPath();
    const store = new SqliteStore(path);
    const { ticket, now: startedAt } = await store.draw();
    rmSync(join(path, '..'), { recursive: true });
    expect(await execute(store, { header: 'after' })).toBe('stored');
    expect(await execute(store, { ticket, startedAt })).toBe('superseded');
    expect(await holder(store)).toBe('after');
    await store.close();
  });
});
