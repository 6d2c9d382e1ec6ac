/** Without the plugin (`before`), with it on an empty cache (`cold`), and on a filled one (`warm`). */
import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import { cachedAll, CachePlugin } from 'temporal-activity-cache';
import type { Recorder } from './record';

const activities = cachedAll('auto', {
  double: async (x: number) => x * 2,
  describe: async (x: number) => `it is ${x}`,
});

export async function recordPlugin({ connection, client, save }: Recorder): Promise<void> {
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
        const workflowId = `${name}-${type}-${randomUUID()}`;
        const handle = await client.workflow.start(type, { taskQueue, workflowId, args: [x] });
        await handle.result();
        await save(`${name}-${type}`, handle);
      }
    });
  }
}
