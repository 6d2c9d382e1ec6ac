/** A SQLite file of which a process may only read: nothing on the disk is changed, and nothing is made. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cached, SqliteStore } from 'temporal-activity-cache';
import { ReadOnlyStore } from '../../src/store/read-only';
import { MockWorker } from '../helpers/mock';

const folders: string[] = [];
const newFolder = () => {
  folders.push(mkdtempSync(join(tmpdir(), 'reading-')));
  return folders.at(-1)!;
};
afterAll(() => {
  for (const folder of folders) {
    chmodSync(folder, 0o755);
    rmSync(folder, { recursive: true });
  }
});

const writerOf = (path: string) => {
  const f = cached({ version: '1' }, async (x: number) => x);
  return new MockWorker({ f }, { store: `sqlite:${path}` });
};
const readerOf = (path: string) => {
  const f = cached({ version: '1' }, async (x: number) => -x);
  return new MockWorker({ f }, { store: `sqlite:${path}`, access: 'read' });
};

/** All there is in a folder. */
const contentOf = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]));

async function readUnprivileged(path: string, numbers: number[]): Promise<unknown> {
  const script = require.resolve('../helpers/reading-process');
  const args = ['--require', 'tsx/cjs', script, JSON.stringify({ path, numbers })];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

async function writeElsewhere(path: string): Promise<void> {
  const script = require.resolve('../helpers/writing-process');
  await promisify(execFile)(process.execPath, ['--require', 'tsx/cjs', script, path]);
}

const READ = { values: [1, -2], statuses: ['hit', 'unstored new readonly'], warnings: [], entries: 1 };

function takeRights(folder: string): void {
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o444);
  chmodSync(folder, 0o555);
}

test('a file and a folder that may not be written are enough', async () => {
  const folder = newFolder();
  const path = join(folder, 'cache.db');
  await writeElsewhere(path); // libsql keeps a file of this process open until its statements are collected
  takeRights(folder);
  const before = contentOf(folder);
  expect(await readUnprivileged(path, [1, 2])).toEqual(READ);
  expect(contentOf(folder)).toEqual(before);
});

test('they are also while another process has the file open and writes', async () => {
  const folder = newFolder();
  const path = join(folder, 'cache.db');
  const writer = writerOf(path);
  await writer.call('f', 1);
  takeRights(folder);
  expect(await readUnprivileged(path, [1, 2])).toEqual(READ);
  chmodSync(folder, 0o755);
  await writer.plugin.close();
});

test('where there is no file calls miss, and none is made', async () => {
  const folder = newFolder();
  const reader = readerOf(join(folder, 'below', 'cache.db'));
  expect(await reader.call('f', 1)).toBe(-1);
  expect(reader.statuses).toEqual(['unstored new readonly']);
  expect(await reader.plugin.stats()).toMatchObject({ entries: 0 });
  for await (const entry of reader.plugin.entries()) expect(entry).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
  expect(reader.warnings).toEqual([]);
});

test('a file that changes, is made or is replaced is seen as it is now', async () => {
  const path = join(newFolder(), 'cache.db');
  const reader = readerOf(path);
  const statusOf = async (x: number) => {
    await reader.call('f', x);
    return reader.statuses.at(-1);
  };
  const missed = 'unstored new readonly';
  expect(await statusOf(1)).toBe(missed);
  const first = writerOf(path);
  await first.call('f', 1);
  expect(await statusOf(1)).toBe('hit');
  await first.call('f', 2);
  expect(await statusOf(2)).toBe('hit');
  await first.plugin.close();
  expect(await statusOf(2)).toBe('hit');
  expect(await statusOf(3)).toBe(missed);
  const second = writerOf(path);
  await second.call('f', 3);
  await second.plugin.close();
  expect(await statusOf(3)).toBe('hit');
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
  expect(await statusOf(3)).toBe(missed);
  await reader.plugin.close();
});

test('nothing but reading reaches the file, whoever asks', async () => {
  const path = join(newFolder(), 'cache.db');
  const given = new SqliteStore(path);
  const store = new ReadOnlyStore(given);
  const writes = ['draw', 'put', 'invalidate', 'touch', 'prune', 'note', 'claim'] as const;
  for (const write of writes) await expect(store[write]()).rejects.toThrow(`Store ${write} refused`);
  expect(await store.isThere()).toBe(false);
  await given.draw();
  expect(await store.isThere()).toBe(true);
  await store.close();
});
