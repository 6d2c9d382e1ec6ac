import { cacheStoreContract } from 'temporal-activity-cache/testing';
import { keyvPostgresHarness } from '../helpers/keyv-postgres';

cacheStoreContract('KeyvStore over @keyv/postgres', keyvPostgresHarness());
