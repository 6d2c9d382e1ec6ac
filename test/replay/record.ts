/**
 * Records the histories of this folder: without the plugin (`before`), with it on an empty cache (`cold`) and on a filled one
 * (`warm`). Run by hand when workflows.ts changes: `npm run record-histories`.
 */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { NativeConnection, Worker } from '@temporalio/worker';
import { cachedAll, CachePlugin } from 'temporal-activity-cache';

const activities = cachedAll('auto', {
  double: async (x: number) => x * 2,
  describe: async (x: number) => `it is ${x}`,
});

async function main(): Promise<void> {
  const { startTemporalServer } = await import('../../scripts/temporal-server.mjs');
  const server = await startTemporalServer({ tuned: true });
  const connection = await NativeConnection.connect({ address: server.address });
  const clientConnection = await Connection.connect({ address: server.address });
  const client = new Client({ connection: clientConnection, identity: 'recorder' });
  const cache = new CachePlugin({ store: 'memory:' });
  for (const [name, plugins] of [
    ['before', []],
    ['cold', [cache]],
    ['warm', [cache]],
  ] as const) {
    const taskQueue = `record-${name}`;
    const workflowsPath = require.resolve('./workflows');
    const worker = await Worker.create({
      connection,
      taskQueue,
      workflowsPath,
      activities,
      identity: 'recorder',
      plugins: [...plugins],
    });
    await worker.runUntil(async () => {
      for (const [type, x] of [
        ['mixture', 4],
        ['chain', 3],
      ] as const) {
        const handle = await client.workflow.start(type, {
          taskQueue,
          workflowId: `${name}-${type}-${randomUUID()}`,
          args: [x],
        });
        await handle.result();
        const file = join(__dirname, 'histories', `${name}-${type}.json`);
        writeFileSync(
          file,
          `${JSON.stringify(JSON.parse(historyToJSON(await handle.fetchHistory())), null, 1)}\n`,
        );
      }
    });
  }
  await connection.close();
  await clientConnection.close();
  await server.stop();
}

void main();
