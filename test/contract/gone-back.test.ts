/** Stores that are put back to what they were, as from a backup, while an execution is under way. */
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { Keyv } from 'keyv';
import { type CacheStore, KeyvStore, MemoryStore, SqliteStore } from 'temporal-activity-cache';
import type { NewEntry } from 'temporal-activity-cache/store';

const folder = mkdtempSync(join(tmpdir(), 'activity-cache-'));
afterAll(() => rmSync(folder, { recursive: true }));
let places = 0;

const subject = {
  key: 'a'.repeat(64),
  scope: 'scope',
  namespace: 'namespace',
  activityType: 'activity',
  version: '1',
};
const all = { scope: 'scope' };
const put = (store: CacheStore, ticket: number, header: string, more: Partial<NewEntry> = {}) =>
  store.put({
    ...subject,
    tags: [],
    ticket,
    startedAt: 0,
    durationMs: 1,
    header,
    data: new Uint8Array(10),
    ...more,
  });
const execute = async (store: CacheStore, header: string) => put(store, (await store.draw()).ticket, header);
const holder = async (store: CacheStore) => (await store.look(subject)).found?.header;

interface Place {
  open(): CacheStore;
  backUp(): Promise<void>;
  restore(): Promise<void>;
}

function sqlite(swap: (backup: string, path: string) => void): Place {
  const path = join(folder, `${++places}.db`);
  return {
    open: () => new SqliteStore(path),
    backUp: async () => {
      const db = new Database(path);
      db.exec(`VACUUM INTO '${path}.backup'`);
      db.close();
    },
    restore: async () => swap(`${path}.backup`, path),
  };
}

function keyv(): Place {
  const records = new Map<string, unknown>();
  let backup = new Map(records);
  return {
    open: () => new KeyvStore(new Keyv({ store: records })),
    backUp: async () => void (backup = new Map(records)),
    restore: async () => {
      records.clear();
      for (const [name, text] of backup) records.set(name, text);
    },
  };
}

const KINDS: Record<string, () => Place> = {
  'a SQLite file that a backup replaces': () => sqlite((backup, path) => renameSync(backup, path)),
  'a SQLite file that a backup is copied over': () => sqlite((backup, path) => copyFileSync(backup, path)),
  'a Keyv': keyv,
};

describe.each(Object.entries(KINDS))('%s', (_, newPlace) => {
  /** A backup; then 20 tickets more, and an execution that goes on while the backup is put in place. */
  async function underWay(): Promise<{ ticket: number; store: CacheStore }> {
    const place = newPlace();
    const before = place.open();
    await execute(before, 'before');
    await before.close();
    await place.backUp();
    const lost = place.open();
    for (let i = 0; i < 20; i++) await lost.draw();
    const { ticket } = await lost.draw();
    await lost.close();
    await place.restore();
    const store = place.open();
    expect(await holder(store)).toBe('before');
    return { ticket, store };
  }

  test('an invalidation wins over what began before the backup was put in place', async () => {
    const { store, ticket } = await underWay();
    await store.invalidate(all);
    expect(await put(store, ticket, 'lost')).toBe('superseded');
    for (let i = 0; i < 50; i++) await store.draw();
    expect(await put(store, ticket, 'lost')).toBe('superseded');
    expect(await holder(store)).toBe(undefined);
    expect(await execute(store, 'anew')).toBe('stored');
    expect(await holder(store)).toBe('anew');
    await store.close();
  });

  test('what is computed anew wins over it', async () => {
    const { store, ticket } = await underWay();
    expect(await execute(store, 'anew')).toBe('stored');
    for (let i = 0; i < 50; i++) await store.draw();
    expect(await put(store, ticket, 'lost')).toBe('superseded');
    expect(await holder(store)).toBe('anew');
    await store.close();
  });

  test('where it was stored, an invalidation takes it', async () => {
    const { store, ticket } = await underWay();
    await put(store, ticket, 'lost');
    await store.invalidate(all);
    expect(await holder(store)).toBe(undefined);
    expect(await put(store, ticket, 'lost')).toBe('superseded');
    await store.close();
  });
});

test('a file whose entry has a ticket above all that it drew: it does not count, and goes', async () => {
  const path = join(folder, `${++places}.db`);
  const store = new SqliteStore(path);
  await execute(store, 'forged');
  const forge = () => {
    const db = new Database(path);
    db.exec(`UPDATE entries SET ticket = ${Number.MAX_SAFE_INTEGER}`);
    db.close();
  };
  forge();
  expect(await holder(store)).toBe(undefined);
  expect(await execute(store, 'anew')).toBe('stored');
  expect(await holder(store)).toBe('anew');
  for (const filter of [all, { scope: 'scope', olderThanMs: 0 }]) {
    forge();
    await store.invalidate(filter);
    expect((await store.stats({})).entries).toBe(0);
    expect(await execute(store, 'anew')).toBe('stored');
  }
  await store.close();
});

test('a store in memory refuses tickets of the one before it', async () => {
  const { ticket } = await new MemoryStore().draw();
  const store = new MemoryStore();
  expect(await put(store, ticket, 'of the one before')).toBe('superseded');
  expect(await put(store, (await store.draw()).ticket + 1, 'never drawn')).toBe('superseded');
  expect(await execute(store, 'drawn')).toBe('stored');
});
