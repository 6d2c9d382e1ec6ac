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

/** Each wiring with every other end in one place, which take turns; each with each in all places with SOAK=all. */
function placesOf(wiring: Row['wiring'], end: Row['end']): typeof PLACES {
  if (process.env.SOAK === 'all') return PLACES;
  const turn = WIRINGS.indexOf(wiring) * 3 + ENDS.indexOf(end);
  return [PLACES[turn % PLACES.length]!];
}

const endsOf = (wiring: Row['wiring']) =>
  process.env.SOAK === 'all' ? ENDS : ENDS.filter((_, i) => (i + WIRINGS.indexOf(wiring)) % 2 === 0);

describe.each(WIRINGS)('plugin and connection: %s', (wiring) => {
  test.each(endsOf(wiring))('%s', (end) =>
    play(placesOf(wiring, end).map((place) => ({ wiring, end, ...place }))),
  );
});

const ROWS: Row[] = [
  { wiring: 'no connection', end: 'SIGTERM', store: 'sqlite', serialized: true },
  { wiring: 'no connection', end: 'a Workflow out of memory', store: 'memory', serialized: true },
  { wiring: 'on the Worker', end: 'two Workers', store: 'sqlite', serialized: true },
  { wiring: 'on the connection', end: 'an Activity that hangs', store: 'postgres', serialized: true },
];

const named = ROWS.map((row) => [`${row.wiring}, ${row.store}, serialized: ${row.end}`, row] as const);
test.each(named)('%s', (_, row) => play([row]));
