/** Workflows whose calls are looked up: `lookup-…`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { cached, cacheContext, CachePlugin, SqliteStore } from 'temporal-activity-cache';
import { identityOf } from '../../src/reservation/host/open';
import { reservationId } from '../../src/wire/reservation';
import type { Recorder } from './record';

export async function recordLookups({ connection, client, save }: Recorder): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'record-'));
  const store = new SqliteStore(join(folder, 'cache.db'));
  const plugin = new CachePlugin({ store });
  const taskQueue = 'record-lookups';
  let trains = false;
  const activities = {
    double: cached('auto', async (x: number) => x * 2),
    /** Until another one waits for it. */
    train: cached({ serialize: true }, async (x: number) => {
      trains = true;
      const { key, activityType } = cacheContext()!;
      const identity = (await identityOf(store))!;
      const id = reservationId(identity, { scope: '', activityType, key });
      while ((await client.workflow.getHandle(id).describe()).memo?.waiting !== 1) await sleep(20);
      return x * 2;
    }),
  };
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowsPath: require.resolve('./lookups'),
    activities,
    identity: 'recorder',
    plugins: [plugin],
  });
  await worker.runUntil(async () => {
    const start = (type: string, workflowId: string) =>
      client.workflow.start(type, { taskQueue, workflowId, args: [7] });
    for (const name of ['lookup-cold', 'lookup-warm']) {
      const handle = await start('doubled', name);
      await handle.result();
      await save(name, handle);
    }
    const granted = await start('trained', 'lookup-granted');
    while (!trains) await sleep(20);
    const waiting = await start('trained', 'lookup-waiting');
    for (const handle of [granted, waiting]) {
      await handle.result();
      await save(handle.workflowId, handle);
    }
  });
  await plugin.close();
  rmSync(folder, { recursive: true });
}
