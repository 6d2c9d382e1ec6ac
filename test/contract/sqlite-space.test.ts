/** What pruning gives back to the file system. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { SqliteStore } from 'temporal-activity-cache';
import { bytes, keyOf, newEntry } from '../../src/testing/contract/scene';

const folder = mkdtempSync(join(tmpdir(), 'activity-cache-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MEGABYTE = 1_000_000;

test.each([{}, { onlyInvalidated: true }])(
  'the file of a pruned store is small again: %j',
  async (limits) => {
    const path = join(folder, `${Object.keys(limits).length}.db`);
    const store = new SqliteStore(path);
    for (let i = 0; i < 30; i++) {
      const { ticket, now } = await store.draw();
      const key = keyOf(String(i));
      await store.put(newEntry({ key, ticket, startedAt: now, data: bytes(MEGABYTE) }));
    }
    expect(statSync(path).size).toBeGreaterThan(20 * MEGABYTE);
    await store.invalidate({ scope: 'scope' });
    while ((await store.prune(limits)).more);
    await store.close();
    const db = new Database(path);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)'); // all is in the file itself
    db.close();
    expect(statSync(path).size).toBeLessThan(MEGABYTE);
  },
);
