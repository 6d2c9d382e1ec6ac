/** Whole Workflows: `whole-…`; with `whole-before`, of before they were cached. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from '@temporalio/worker';
import { CachePlugin, MemoryStore } from 'temporal-activity-cache';
import { sourcePlugin } from '../helpers/from-source';
import type { Recorder } from './record';

export async function recordWhole({ connection, client, save }: Recorder): Promise<void> {
  const taskQueue = 'record-whole';
  let [trains, waits] = [false, false];
  const activities = {
    double: async (x: number) => x * 2,
    /** Until another one waits for it. */
    train: async (x: number) => {
      trains = true;
      while (!waits) await sleep(20);
      return x * 2;
    },
  };
  const options = {
    connection,
    taskQueue,
    workflowsPath: require.resolve('./whole'),
    activities,
    identity: 'recorder',
  };
  const start = (type: string, workflowId: string, x = 1) =>
    client.workflow.start(type, { taskQueue, workflowId, args: [x] });
  const recorded = async (type: string, name: string, x?: number) => {
    const handle = await start(type, name, x);
    await handle.result();
    await save(name, client.workflow.getHandle(name)); // the last of its runs
    return handle;
  };

  await (
    await Worker.create({ ...options, plugins: [sourcePlugin] })
  ).runUntil(() => recorded('whole', 'whole-before'));

  const plugin = new CachePlugin({ store: new MemoryStore() });
  await (
    await Worker.create({ ...options, plugins: [plugin, sourcePlugin] })
  ).runUntil(async () => {
    for (const name of ['whole-cold', 'whole-warm']) await recorded('whole', name);
    const { firstExecutionRunId } = await recorded('continued', 'whole-continued');
    await save('whole-continued-first', client.workflow.getHandle('whole-continued', firstExecutionRunId));
    for (const name of ['whole-parent-cold', 'whole-parent-warm']) await recorded('parent', name);
    await recorded('recording', 'whole-recording', 2);
    await save('whole-recorded', client.workflow.getHandle('recorded-of-2'));
    const granted = await start('trained', 'whole-granted');
    while (!trains) await sleep(20);
    const waiting = await start('trained', 'whole-waiting');
    const isWaiting = async () => {
      const { events } = await waiting.fetchHistory();
      return events!.some((event) => event.timerStartedEventAttributes != null);
    };
    while (!(await isWaiting())) await sleep(20);
    waits = true;
    for (const handle of [granted, waiting]) {
      await handle.result();
      await save(handle.workflowId, handle);
    }
  });
  await plugin.close();
}
