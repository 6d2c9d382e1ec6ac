/**
 * Wherever the plugin is put, whatever its store, and whether calls wait for one another or not: each way to end leaves `run()`, `close()` and
 * the process as they are without it.
 */
import { ENDS, WIRINGS } from '../helpers/ends/ends';
import { endsTable, type Row } from '../helpers/ends/table';
import { freshDatabase } from '../helpers/postgres';

const play = endsTable(freshDatabase());

const STORES: Row['store'][] = ['sqlite', 'memory', 'keyv', 'postgres'];
const PLACES = STORES.flatMap((store) => [true, false].map((serialized) => ({ store, serialized })));

describe.each(WIRINGS)('plugin and connection: %s', (wiring) => {
  test.each(ENDS)('%s', (end) => play(PLACES.map((place) => ({ wiring, end, ...place }))));
});
