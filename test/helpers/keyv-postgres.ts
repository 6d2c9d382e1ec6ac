/** Places on one `@keyv/postgres` for the contract. */
import { KeyvPostgres } from '@keyv/postgres';
import { Keyv } from 'keyv';
import { KeyvStore } from 'temporal-activity-cache';
import type { CacheStoreHarness } from 'temporal-activity-cache/testing';
import { freshDatabase } from './postgres';

/** To be called at the top of a file. */
export function keyvPostgresHarness(): CacheStoreHarness {
  let adapter: KeyvPostgres;
  afterAll(() => adapter.disconnect()); // before its database is dropped
  const database = freshDatabase();
  beforeAll(() => {
    adapter = new KeyvPostgres({ uri: database.url, iterationLimit: 500 });
    adapter.setMaxListeners(0); // each Keyv on it adds one
  });

  let places = 0;
  const newest: CacheStoreHarness['open'] = async ({ clock }) =>
    new KeyvStore(new Keyv({ store: adapter, namespace: `place_${places}` }), { clock });
  return {
    open: async (options) => {
      places++; // a place of its own for each test
      return newest(options);
    },
    reopen: newest,
    lists: 'in any order',
  };
}
