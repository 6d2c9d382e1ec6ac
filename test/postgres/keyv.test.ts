import { cacheStoreContract } from 'temporal-activity-cache/testing';
import { keyvPostgresHarness } from '../helpers/keyv-postgres';

// All of it is in test/soak/keyv-postgres.test.ts.
cacheStoreContract('KeyvStore over @keyv/postgres', {
  ...keyvPostgresHarness(),
  sections: ['entries', 'tickets', 'invalidation', 'listing', 'notes'],
});
