/** Wakes the Workflows that wait for a reservation. */
import { CancelledFailure, Context } from '@temporalio/activity';
import { type WorkflowClient, WorkflowNotFoundError } from '@temporalio/client';
import { RESERVATION_TYPE, WAKE } from '../wire/names';
import { notYours } from '../wire/questions';
import type { WakeUp, WakingActivities } from '../wire/waking';

/** The number of signals that are sent at once. */
const AT_ONCE = 50;
const SIGNAL_MS = 5_000;

export const wakingActivities = (client: WorkflowClient): WakingActivities => ({
  async wakeAll(wakeUps) {
    const context = Context.current();
    if (context.info.workflowType !== RESERVATION_TYPE) throw notYours(context.info.activityType);
    const rest = wakeUps.values();
    const send = async () => {
      for (const wakeUp of rest) {
        if (context.cancellationSignal.aborted) throw new CancelledFailure('the Worker is ending');
        await signal(client, wakeUp);
        context.heartbeat();
      }
    };
    const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, send));
    const failed = ended.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  },
});

/** A Workflow that no longer exists needs no signal. */
async function signal(client: WorkflowClient, { workflowId, runId, ...message }: WakeUp): Promise<void> {
  const send = () => client.getHandle(workflowId, runId).signal(WAKE, message);
  await client.withDeadline(Date.now() + SIGNAL_MS, send).catch((error: unknown) => {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  });
}
