/**
 * Records the histories of this folder, by hand when what they ran changes: `npm run record-histories`, or only some of them,
 * `npm run record-histories -- reservations`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { NativeConnection } from '@temporalio/worker';
import { recordCallers } from './record-callers';
import { recordLookups } from './record-lookups';
import { recordPlugin } from './record-plugin';
import { recordReservations } from './record-reservations';
import { recordWhole } from './record-whole';

export interface Recorder {
  connection: NativeConnection;
  client: Client;
  save(name: string, handle: WorkflowHandle): Promise<void>;
}

const GROUPS: Record<string, (recorder: Recorder) => Promise<void>> = {
  plugin: recordPlugin,
  reservations: recordReservations,
  callers: recordCallers,
  lookups: recordLookups,
  whole: recordWhole,
};

/** Without the paths of the machine that it was recorded on. */
const withoutTraces = (key: string, value: unknown) => (key === 'stackTrace' ? '' : value);

async function save(name: string, handle: WorkflowHandle): Promise<void> {
  const history = JSON.parse(historyToJSON(await handle.fetchHistory()), withoutTraces) as unknown;
  writeFileSync(join(__dirname, 'histories', `${name}.json`), `${JSON.stringify(history, null, 1)}\n`);
  console.log(name);
}

async function main(asked: string[]): Promise<void> {
  const unknown = asked.filter((name) => !(name in GROUPS));
  if (unknown.length > 0) throw new Error(`no such group: ${unknown.join(', ')}`);
  const { startTemporalServer } = await import('../../scripts/temporal-server.mjs');
  const server = await startTemporalServer({ tuned: true });
  const connection = await NativeConnection.connect({ address: server.address });
  const clientConnection = await Connection.connect({ address: server.address });
  const client = new Client({ connection: clientConnection, identity: 'recorder' });
  for (const name of asked.length > 0 ? asked : Object.keys(GROUPS)) {
    await GROUPS[name]!({ connection, client, save });
  }
  await connection.close();
  await clientConnection.close();
  await server.stop();
}

void main(process.argv.slice(2));
