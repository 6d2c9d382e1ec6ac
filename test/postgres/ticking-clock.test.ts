/** The contract on a server whose clock moves on at every reading: a statement may not need two readings to be one. */
import { PostgresStore } from 'temporal-activity-cache';
import { cacheStoreContract } from 'temporal-activity-cache/testing';
import { freshDatabase, sql } from '../helpers/postgres';

const TICKING = `
  CREATE SCHEMA ticking;
  CREATE SEQUENCE ticking.readings;
  CREATE FUNCTION ticking.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    RETURN pg_catalog.clock_timestamp() + nextval('ticking.readings') * interval '1 millisecond'`;

const database = freshDatabase();
beforeAll(() => sql(database.url, TICKING));
let places = 0;

function newest(): PostgresStore {
  const url = new URL(database.url);
  url.searchParams.set('options', '-c search_path=ticking,pg_catalog');
  return new PostgresStore({ uri: url.href, schema: `cache_${places}`, max: 4 });
}

cacheStoreContract('PostgresStore whose clock never stands still', {
  open: async () => {
    places++; // a place of its own for each test
    return newest();
  },
  reopen: async () => newest(),
  ownClock: true,
  sections: ['listing', 'use', 'notes', 'time'], // those that compare times
});
