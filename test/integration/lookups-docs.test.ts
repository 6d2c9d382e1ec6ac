/** The code of docs/workflow-lookups.md runs. */
import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { makeDigest } from '../../examples/lookups/client';
import { fetchAll } from '../../examples/lookups/workflows';
import { runWorker } from '../../examples/lookups/worker';
import { cacheReport } from 'temporal-activity-cache';
import { deferred } from '../helpers/deferred';
import { sourcePlugin } from '../helpers/from-source';
import { newStore } from '../helpers/serialized';
import { address } from '../helpers/temporal';

test('the second digest comes from the cache: each call is looked up in the Workflow, and no Activity is scheduled', async () => {
  const connection = await NativeConnection.connect({ address: address(), plugins: [sourcePlugin] });
  const client = new Client({ connection });
  const taskQueue = randomUUID();
  const done = deferred();
  const worker = runWorker(connection, taskQueue, newStore(), done.promise);
  try {
    const digest = (id: string) => makeDigest(client, taskQueue, `${taskQueue}/${id}`);
    const first = await digest('first');
    expect(first).toMatchObject({ summary: 'abcs', totals: { calls: 5, stored: 5 } });
    const second = await digest('second');
    expect(second).toMatchObject({ summary: 'abcs', totals: { calls: 5, hit: 5 } });
    const handle = client.workflow.getHandle(`${taskQueue}/second`);
    const { events } = await handle.fetchHistory();
    expect(events!.filter((event) => event.activityTaskScheduledEventAttributes != null)).toEqual([]);
    expect(await handle.result()).toEqual({ summary: 'abcs', served: 5, calls: 5 });
    const workflowId = `${taskQueue}/together`;
    const args: [string[]] = [['a', 'b', 'c', 'd']];
    const all = await client.workflow.start(fetchAll, { taskQueue, workflowId, args });
    expect(await all.result()).toHaveLength(4);
    expect((await cacheReport(all)).totals.calls).toBe(4);
  } finally {
    done.resolve();
    await worker;
    await connection.close();
  }
});
