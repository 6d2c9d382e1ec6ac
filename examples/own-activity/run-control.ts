import { Client, Connection } from '@temporalio/client';
import { CachePlugin } from 'temporal-activity-cache';

/** Starts a Workflow that computes its training again, and uses the cache for everything else. */
export async function retrain(address: string, taskQueue: string, workflow: string, args: unknown[]) {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, plugins: [new CachePlugin()] }); // the client's part of the plugin
  const handle = await client.workflow.start(workflow, {
    taskQueue,
    workflowId: `retrain-${Date.now()}`,
    args,
    cache: { mode: 'overwrite', activities: ['train*'] },
  });
  await handle.result();
  await connection.close();
  return handle.workflowId;
}
