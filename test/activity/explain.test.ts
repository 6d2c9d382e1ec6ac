/** Why a call ran, in stores that need no server. */
import Keyv from 'keyv';
import { KeyvStore, MemoryStore, SqliteStore } from 'temporal-activity-cache';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wronglyExplained } from '../helpers/explained';

const STORES = {
  memory: () => new MemoryStore(),
  SQLite: () => new SqliteStore(join(mkdtempSync(join(tmpdir(), 'explain-')), 'cache.db')),
  'a Keyv': () => new KeyvStore(new Keyv()),
};

test.each(Object.entries(STORES))(
  'of 40 seeded single changes each is named, and nothing else: %s',
  async (_, store) => {
    expect(await wronglyExplained(store, 40)).toEqual([]);
  },
);
