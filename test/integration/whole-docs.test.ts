/** The code of docs/whole-workflows.md runs. */
import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { CachePlugin } from 'temporal-activity-cache';
import { runAll } from '../../examples/whole-workflows/client';
import { runWorker } from '../../examples/whole-workflows/worker';
import { deferred } from '../helpers/deferred';
import { sourcePlugin } from '../helpers/from-source';
import { newStore } from '../helpers/serialized';
import { address } from '../helpers/temporal';

test('the second time all results come from the cache, no Activity is scheduled, and no child is started', async () => {
  const connection = await NativeConnection.connect({ address: address(), plugins: [sourcePlugin] });
  const client = new Client({ connection, plugins: [new CachePlugin({ store: 'memory:' })] });
  const taskQueue = randomUUID();
  const done = deferred();
  const worker = runWorker(connection, taskQueue, newStore(), done.promise);
  try {
    const first = await runAll(client, taskQueue, `${taskQueue}-first`);
    expect(first.results).toEqual([3, 'published: 8', 'published: 8']);
    expect(first.served[0]).toBe(0);
    const second = await runAll(client, taskQueue, `${taskQueue}-second`);
    expect(second).toEqual({ results: first.results, served: [1, 1, 1] });
    for (const type of ['evaluate', 'publish', 'release']) {
      const { events } = await client.workflow.getHandle(`${type}-${taskQueue}-second`).fetchHistory();
      for (const attributes of [
        'activityTaskScheduledEventAttributes',
        'startChildWorkflowExecutionInitiatedEventAttributes',
      ] as const)
        expect(events!.some((event) => event[attributes] != null)).toBe(false);
    }
  } finally {
    done.resolve();
    await worker;
    await connection.close();
  }
});
