import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteStore } from 'temporal-activity-cache';
import { cacheStoreContract } from 'temporal-activity-cache/testing';

const folder = mkdtempSync(join(tmpdir(), 'activity-cache-'));
let files = 0;
const newest = () => join(folder, `${files}.db`);
afterAll(() => rmSync(folder, { recursive: true }));

cacheStoreContract('SqliteStore', {
  open: async ({ clock }) => {
    files++;
    return new SqliteStore(newest(), { clock });
  },
  reopen: async ({ clock }) => new SqliteStore(newest(), { clock }),
});
