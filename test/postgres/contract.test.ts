import { PostgresStore } from 'temporal-activity-cache';
import { cacheStoreContract } from 'temporal-activity-cache/testing';
import { freshDatabase } from '../helpers/postgres';

const database = freshDatabase();
let places = 0;
const newest = () => new PostgresStore({ uri: database.url, schema: `cache_${places}`, max: 4 });

cacheStoreContract('PostgresStore', {
  open: async () => {
    places++; // a place of its own for each test
    return newest();
  },
  reopen: async () => newest(),
  ownClock: true,
});
