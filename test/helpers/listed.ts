import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { until } from './until';

/** The type of the Workflow that {@link listed} starts. */
export const FENCE = 'fence';

/**
 * Resolves when the server lists whatever has begun or ended before the call, which it does with a delay. It lists them about in the order of
 * events, so it is enough to wait for one more run.
 */
export async function listed(client: Client): Promise<void> {
  const workflowId = `${FENCE}-${randomUUID()}`;
  const fence = await client.workflow.start(FENCE, { workflowId, taskQueue: workflowId });
  await fence.terminate();
  const query = `WorkflowId = '${workflowId}' AND ExecutionStatus = 'Terminated'`;
  await until(async () => (await client.workflow.count(query)).count > 0);
}
