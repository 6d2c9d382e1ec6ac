/** Of the lock in ./mutex.ts. */
import { activityInfo } from '@temporalio/activity';
import type { Client } from '@temporalio/client';

export interface LockRequest {
  initiatorId: string;
  timeoutMs: number;
}

export interface LockActivities {
  requestLock(lockId: string, timeoutMs: number): Promise<void>;
}

export const lockActivities = (client: Client): LockActivities => ({
  async requestLock(lockId, timeoutMs) {
    const { taskQueue, workflowExecution } = activityInfo();
    const request: LockRequest = { initiatorId: workflowExecution!.workflowId, timeoutMs };
    await client.workflow.signalWithStart('lockWorkflow', {
      taskQueue,
      workflowId: lockId,
      signal: 'lock-requested',
      signalArgs: [request],
    });
  },
});
