/** Which Workflows are above another one, as the server says. */
import type { Client } from '@temporalio/client';
import { workflowIdOf } from '../wire/uses';

export interface Ancestor {
  namespace: string;
  workflowId: string;
  runId: string;
}

/** Deeper trees are not followed. */
const HIGHEST = 100;

/**
 * Whether the Workflow of this collector is `parent`, or above it.
 * @throws what the server's answer is
 */
export async function isAbove(
  { workflowService }: Pick<Client, 'workflowService'>,
  collector: string,
  parent: Ancestor,
): Promise<boolean> {
  const { namespace, workflowId, runId } = parent;
  let execution = { workflowId, runId };
  for (let height = 0; height < HIGHEST; height++) {
    if (execution.workflowId === workflowIdOf(collector)) return true;
    const { workflowExecutionInfo: info } = await workflowService.describeWorkflowExecution({
      namespace,
      execution,
    });
    const above = info?.parentExecution;
    if (!above?.workflowId || !above.runId) return false;
    execution = { workflowId: above.workflowId, runId: above.runId };
  }
  return false;
}
