/** Wakes Workflows whose calls wait for a reservation. */
import { getExternalWorkflowHandle, proxyActivities } from '@temporalio/workflow';
import { WAKE } from '../wire/names';
import type { WakeUp, WakingActivities } from '../wire/waking';
import type { Wake } from './machine';

/** The number of Workflows that are woken at once. */
const AT_ONCE = 200;

/**
 * More than so many are woken by the host. Each signal of a Workflow adds two events to its
 * history, and a busy server may send it seconds later than that of a client.
 */
const BY_HOST_ABOVE = 20;

/** No local Activity, because that would keep a Workflow Task open for longer than its timeout. */
const { wakeAll } = proxyActivities<WakingActivities>({
  scheduleToCloseTimeout: '20 seconds',
  startToCloseTimeout: '10 seconds',
  heartbeatTimeout: '3 seconds',
  retry: { initialInterval: '100 milliseconds', maximumAttempts: 3 },
  summary: 'wakes the Workflows that wait',
});

/**
 * @param byHost - whether the host may send the signals. Runs that began before it could do so send
 *   all of them themselves.
 */
export async function wake(wakes: readonly Wake[], byHost: boolean): Promise<void> {
  const wakeUps = wakes.flatMap(({ caller: { workflowId, runId, id }, verdict }) =>
    workflowId === undefined ? [] : [{ workflowId, runId, id, verdict }],
  );
  for (let from = 0; from < wakeUps.length; from += AT_ONCE) {
    const batch = wakeUps.slice(from, from + AT_ONCE);
    if (!byHost || batch.length <= BY_HOST_ABOVE) await signalEach(batch);
    // A Workflow that gets two signals looks twice, and sees the same.
    else await wakeAll(batch).catch(() => signalEach(batch));
  }
}

/** Errors for Workflows that no longer exist are ignored. */
async function signalEach(wakeUps: readonly WakeUp[]): Promise<void> {
  await Promise.allSettled(
    wakeUps.map(({ workflowId, runId, ...message }) =>
      getExternalWorkflowHandle(workflowId, runId).signal(WAKE, message),
    ),
  );
}
