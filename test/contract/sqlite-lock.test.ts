/** Another process holds the write lock of a SQLite file: here another connection, which SQLite treats alike. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import Database from 'libsql';
import { SqliteStore } from 'temporal-activity-cache';
import type { NewEntry } from 'temporal-activity-cache/store';

const folder = mkdtempSync(join(tmpdir(), 'activity-cache-'));
let files = 0;
const newPath = () => join(folder, `${++files}.db`);
afterAll(() => rmSync(folder, { recursive: true }));

const subject = {
  key: 'a'.repeat(64),
  scope: 'scope',
  namespace: 'namespace',
  activityType: 'activity',
  version: '1',
};
const entry = (ticket: number, data = new Uint8Array(20_000)): NewEntry => ({
  ...{ ...subject, tags: [], ticket, startedAt: 0, durationMs: 1 },
  ...{ header: 'header', data },
});

const operations: Record<string, (store: SqliteStore) => Promise<unknown>> = {
  look: (store) => store.look(subject),
  draw: (store) => store.draw(),
  put: (store) => store.put(entry(2 ** 52)),
  invalidate: (store) => store.invalidate({ scope: 'scope' }),
};

/** Takes the lock, and writes. */
function lock(path: string): Database.Database {
  const other = new Database(path);
  other.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS others(x); INSERT INTO others VALUES(1)');
  return other;
}

/** Begins an operation, and lets it find the lock taken a few times. */
async function waiting<T>(operation: Promise<T>): Promise<{ answer: Promise<T>; settled: () => boolean }> {
  let settled = false;
  const mark = () => (settled = true);
  operation.then(mark, mark);
  const until = performance.now() + 60;
  while (performance.now() < until) await turn();
  return { answer: operation, settled: () => settled };
}

describe.each(Object.entries(operations))('%s', (_name, operation) => {
  test('waits for the lock, again and again, and then goes on', async () => {
    const path = newPath();
    const store = new SqliteStore(path);
    await store.draw();
    for (let round = 0; round < 3; round++) {
      const other = lock(path);
      const { answer, settled } = await waiting(operation(store));
      expect(settled()).toBe(false);
      other.exec('COMMIT');
      other.close();
      await answer;
    }
    await store.close();
  });

  test('goes on, too, when something was found while it waited', async () => {
    const path = newPath();
    const store = new SqliteStore(path);
    const found = { ...subject, key: 'b'.repeat(64) };
    await store.put({ ...entry((await store.draw()).ticket), ...found });
    const other = lock(path);
    const { answer } = await waiting(operation(store));
    expect((await store.look(found)).found?.header).toBe('header');
    other.exec('COMMIT');
    other.close();
    await answer;
    await store.close();
  });

  test('opens a new file while another process has it locked', async () => {
    const path = newPath();
    const other = new Database(path);
    other.exec('BEGIN EXCLUSIVE');
    const store = new SqliteStore(path);
    const { answer, settled } = await waiting(operation(store));
    expect(settled()).toBe(false);
    other.exec('COMMIT');
    other.close();
    await answer;
    await store.close();
  });

  test('gives up after its time, with an error, and is well again when the lock is free', async () => {
    const path = newPath();
    const store = new SqliteStore(path, { lockWaitMs: 50 });
    await store.draw();
    const other = lock(path);
    await expect(operation(store)).rejects.toThrow('database is locked');
    other.exec('COMMIT');
    other.close();
    await operation(store);
    await store.close();
  });

  test('ends with an error when it is closed while it waits', async () => {
    const path = newPath();
    const store = new SqliteStore(path);
    await store.draw();
    const other = lock(path);
    const { answer } = await waiting(operation(store));
    const ended = expect(answer).rejects.toThrow('closed');
    await store.close();
    await ended;
    other.close();
  });
});

test('what waits to be stored is a copy', async () => {
  for (const size of [100, 100_000]) {
    const path = newPath();
    const store = new SqliteStore(path);
    const { ticket } = await store.draw();
    const other = lock(path);
    const given = new Uint8Array(size).fill(1);
    const { answer } = await waiting(store.put(entry(ticket, given)));
    given.fill(2);
    other.exec('COMMIT');
    other.close();
    expect(await answer).toBe('stored');
    expect(new Set((await store.look(subject)).found!.data)).toEqual(new Set([1]));
    await store.close();
  }
});

test('what is found needs no lock', async () => {
  const path = newPath();
  const store = new SqliteStore(path);
  await store.put(entry((await store.draw()).ticket));
  const other = lock(path);
  expect((await store.look(subject)).found?.header).toBe('header');
  other.close();
  await store.close();
});
