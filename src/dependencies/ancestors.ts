/** The ancestors of a Workflow, as the server reports them. */
import type { Client } from '@temporalio/client';
import { workflowIdOf } from '../wire/uses';

export interface Ancestor {
  namespace: string;
  workflowId: string;
  runId: string;
}

/** The number of levels that are followed. Deeper trees are cut off. */
const HIGHEST = 100;

/**
 * Whether the Workflow of this collector is `parent`, or an ancestor of `parent`.
 * @throws the error that the server answers with
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
