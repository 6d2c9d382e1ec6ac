/**
 * What one does today to keep Workflows from computing the same at once: a lock that is a Workflow, as in Temporal's own sample
 * (https://github.com/temporalio/samples-typescript/tree/main/mutex: signalWithStart from an Activity, `lock-acquired` with a secret name of
 * the release signal, release by that signal or after a timeout, a new run after 2,000 events). Left out are the sample's two Activities
 * that only log, which makes it faster.
 */
import {
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  getExternalWorkflowHandle,
  proxyActivities,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { LockActivities, LockRequest } from './lock-activities';

const requested = defineSignal<[LockRequest]>('lock-requested');
const acquired = defineSignal<[{ releaseSignalName: string }]>('lock-acquired');
const current = defineQuery<string | undefined>('current-workflow-id');

const EVENTS_PER_RUN = 2_000;
/** Longer than any body here takes: no holder loses the lock. */
const LOCK_TIMEOUT_MS = 60_000;

const { requestLock } = proxyActivities<LockActivities>({ startToCloseTimeout: '1 minute' });

export async function lockWorkflow(pending: LockRequest[] = []): Promise<void> {
  let holder: string | undefined;
  setHandler(requested, (request) => void pending.push(request));
  setHandler(current, () => holder);
  while (workflowInfo().historyLength < EVENTS_PER_RUN) {
    await condition(() => pending.length > 0);
    const { initiatorId, timeoutMs } = pending.shift()!;
    holder = initiatorId;
    const releaseSignalName = uuid4();
    await getExternalWorkflowHandle(initiatorId).signal(acquired, { releaseSignalName });
    let released = false;
    setHandler(defineSignal(releaseSignalName), () => void (released = true));
    await condition(() => released, timeoutMs);
    holder = undefined;
  }
  if (pending.length > 0) await continueAsNew<typeof lockWorkflow>(pending);
}

/** Runs `critical` while this Workflow holds the lock. */
export async function withLock<T>(lockId: string, critical: () => Promise<T>): Promise<T> {
  let release = '';
  setHandler(acquired, ({ releaseSignalName }) => void (release = releaseSignalName));
  await requestLock(lockId, LOCK_TIMEOUT_MS);
  await condition(() => release !== '');
  const value = await critical();
  await getExternalWorkflowHandle(lockId).signal(release);
  return value;
}
