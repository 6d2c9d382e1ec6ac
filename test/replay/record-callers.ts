/** Workflows whose Activities are serialized: `caller-…`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { cacheContext, cachedAll, CachePlugin, SqliteStore } from 'temporal-activity-cache';
import { identityOf } from '../../src/reservation/host/open';
import { reservationId } from '../../src/wire/reservation';
import type { Recorder } from './record';

export async function recordCallers({ connection, client, save }: Recorder): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'record-'));
  const store = new SqliteStore(join(folder, 'cache.db'));
  const plugin = new CachePlugin({ store });
  const taskQueue = 'record-callers';
  let asks = 0;
  const activities = cachedAll(
    { behavior: 'auto', serialize: true },
    {
      /** Until another one waits for it. */
      async train(x: number) {
        const { key, activityType } = cacheContext()!;
        const identity = (await identityOf(store))!;
        const reservation = client.workflow.getHandle(
          reservationId(identity, { scope: '', activityType, key }),
        );
        while ((await reservation.describe()).memo?.waiting !== 1) await sleep(20);
        return x * 2;
      },
      async ask(x: number): Promise<number> {
        if (asks++ > 0) return x;
        const start = { taskQueue, workflowId: 'caller-held', args: [x] };
        return (await Context.current().client.workflow.execute('asked', start)) as number;
      },
    },
  );
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowsPath: require.resolve('./callers'),
    activities,
    identity: 'recorder',
    plugins: [plugin],
  });
  await worker.runUntil(async () => {
    const start = (type: string, workflowId: string) =>
      client.workflow.start(type, { taskQueue, workflowId, args: [7] });
    const trained = await Promise.all(['caller-1', 'caller-2'].map((id) => start('trained', id)));
    for (const handle of trained) await handle.result();
    for (const handle of trained) await save(handle.workflowId, handle);
    const holding = await start('asked', 'caller-holding');
    await holding.result();
    await save('caller-holding', holding);
    await save('caller-held', client.workflow.getHandle('caller-held'));
  });
  await plugin.close();
  rmSync(folder, { recursive: true });
}
