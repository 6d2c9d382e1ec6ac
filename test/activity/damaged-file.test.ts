/** The embedded store's file, tampered with, and full. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { cached } from 'temporal-activity-cache';
import { MockWorker } from '../helpers/mock';

function newWorker() {
  const path = join(mkdtempSync(join(tmpdir(), 'damaged-')), 'cache.db');
  const state = { runs: 0 };
  const f = cached('auto', async (length: number) => {
    state.runs++;
    return 'x'.repeat(length);
  });
  return { worker: new MockWorker({ f }, { store: `sqlite:${path}` }), state, path };
}

const SMALL = 10; // kept in the entry's row
const LARGE = 100_000; // kept in a row of its own

/** The header as a later format would write it, with a checksum that fits. */
function ofAnotherFormat(db: Database.Database): void {
  const { header, data } = db.prepare('SELECT header, data FROM entries').get([]) as {
    header: string;
    data: Buffer;
  };
  const json = header.slice(64).replace('"format":1', '"format":2');
  const checksum = createHash('sha256').update(json).update('\n').update(data).digest('hex');
  db.prepare('UPDATE entries SET header = ?').run([checksum + json]);
}

const sql = (text: string) => (db: Database.Database) => db.exec(text);

test.each<[string, number, (db: Database.Database) => void]>([
  ['its bytes were changed', SMALL, sql(`UPDATE entries SET data = X'2278227D'`)],
  ['its bytes are gone', SMALL, sql('UPDATE entries SET data = NULL')],
  [
    'its header was changed',
    SMALL,
    sql(`UPDATE entries SET header = replace(header, '"attempt":1', '"attempt":2')`),
  ],
  ['its header is rubbish', SMALL, sql(`UPDATE entries SET header = 'rubbish'`)],
  ['its ticket was changed', SMALL, sql('UPDATE entries SET ticket = ticket - 1')],
  ['it is of another format', SMALL, ofAnotherFormat],
  ['its payload record is gone', LARGE, sql('DELETE FROM payloads')],
  ['its payload record is of another ticket', LARGE, sql('UPDATE payloads SET ticket = ticket + 1')],
  ['its payload record was cut', LARGE, sql('UPDATE payloads SET data = substr(data, 1, 50000)')],
])('an entry is a miss where %s, and the next result replaces it', async (_name, length, damage) => {
  const { worker, state, path } = newWorker();
  const value = 'x'.repeat(length);
  expect(await worker.call('f', length)).toBe(value);
  const db = new Database(path);
  damage(db);
  db.close();
  expect(await worker.call('f', length)).toBe(value);
  expect(await worker.call('f', length)).toBe(value);
  expect(worker.statuses).toEqual(['stored new', 'stored damaged', 'hit']);
  expect(state.runs).toBe(2);
});

test('where the disk is full the Activity runs, its answer is returned, and what was stored before is found', () => {
  const script = require.resolve('../helpers/full-disk');
  const folder = mkdtempSync(join(tmpdir(), 'full-'));
  // A limit on the size of files stands for the disk; a write beyond it fails instead of ending the process.
  const limited = `trap '' XFSZ; ulimit -f 2048; exec "$@"`;
  const node = [process.execPath, '--require', 'tsx/cjs', script, `sqlite:${join(folder, 'cache.db')}`];
  const told = execFileSync('/bin/sh', ['-c', limited, 'sh', ...node], { encoding: 'utf8' });
  const { right, statuses } = JSON.parse(told) as { right: boolean; statuses: string[] };
  expect(right).toBe(true);
  expect(statuses[0]).toBe('stored new');
  expect(statuses).toContain('unstored new store-error');
  expect(statuses.at(-1)).toBe('hit');
  expect(
    statuses.filter((status) => !['stored new', 'unstored new store-error', 'hit'].includes(status)),
  ).toEqual([]);
});
