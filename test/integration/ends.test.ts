/** A Worker ends with the plugin as it does without: real processes, real signals. test/soak/ends.test.ts has the whole table. */
import { endsTable, type Row } from '../helpers/ends/table';
import { freshDatabase } from '../helpers/postgres';

const play = endsTable(freshDatabase());

const ROWS: Row[] = [
  { wiring: 'on the Worker', end: 'SIGTERM while a call waits', store: 'memory', serialized: true },
  { wiring: 'everywhere', end: 'process.exit', store: 'sqlite', serialized: true },
];

const named = ROWS.map((row) => [`${row.wiring}, ${row.store}: ${row.end}`, row] as const);
test.each(named)('%s ends the process as without the plugin', (_, row) => play([row]));
