import {
  condition,
  continueAsNew,
  defineSignal,
  getExternalWorkflowHandle,
  proxyActivities,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { createActivities } from './activities';
import { lockAcquiredSignal, type LockRequest, lockRequestSignal } from './shared';

const { signalWithStartLockWorkflow, useAPIThatCantBeCalledInParallel, notifyLocked, notifyUnlocked } =
  proxyActivities<ReturnType<typeof createActivities>>({ startToCloseTimeout: '1 minute' });

export async function lockWorkflow(requests: LockRequest[] = []): Promise<void> {
  setHandler(lockRequestSignal, (request) => void requests.push(request));
  while (!workflowInfo().continueAsNewSuggested) {
    await condition(() => requests.length > 0);
    const { initiatorId, timeoutMs } = requests.shift()!;
    const releaseSignalName = uuid4();
    await getExternalWorkflowHandle(initiatorId).signal(lockAcquiredSignal, { releaseSignalName });
    let released = false;
    setHandler(defineSignal(releaseSignalName), () => void (released = true));
    await condition(() => released, timeoutMs);
  }
  await continueAsNew<typeof lockWorkflow>(requests);
}

export async function oneAtATimeWorkflow(resourceId: string, sleepForMs: number, lockTimeoutMs: number) {
  let releaseSignalName = '';
  setHandler(lockAcquiredSignal, (response) => void (releaseSignalName = response.releaseSignalName));
  await signalWithStartLockWorkflow(resourceId, lockTimeoutMs, workflowInfo().taskQueue);
  await condition(() => releaseSignalName !== '');
  await notifyLocked(resourceId);
  await useAPIThatCantBeCalledInParallel(sleepForMs);
  await getExternalWorkflowHandle(resourceId).signal(releaseSignalName);
  await notifyUnlocked(resourceId);
}
