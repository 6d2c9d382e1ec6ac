import { activityInfo, log, sleep } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { lockRequestSignal } from './shared';

export const createActivities = (client: Client) => ({
  async signalWithStartLockWorkflow(resourceId: string, timeoutMs: number, taskQueue: string) {
    const initiatorId = activityInfo().workflowExecution!.workflowId;
    await client.workflow.signalWithStart('lockWorkflow', {
      taskQueue,
      workflowId: resourceId,
      signal: lockRequestSignal,
      signalArgs: [{ initiatorId, timeoutMs }],
    });
  },
  async useAPIThatCantBeCalledInParallel(sleepForMs: number): Promise<void> {
    await sleep(sleepForMs);
  },
  async notifyLocked(resourceId: string) {
    log.info('Locked', { resourceId });
  },
  async notifyUnlocked(resourceId: string) {
    log.info('Released lock', { resourceId });
  },
});
