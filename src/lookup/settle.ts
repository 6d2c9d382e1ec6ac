/** Tells a reservation that a caller of this Workflow's waits no more, or how its turn ended: by the host, in the Workflow Task that is under way. */
import { proxyLocalActivities } from '@temporalio/workflow';
import { SETTLE_TURN, type ToSettle } from './protocol';
import type { Run } from './run';

const SETTLED_IN = '5 seconds';

/** Awaited: what a Workflow that ends has not awaited is not sent. Never fails: a reservation finds out by itself. */
export async function settle(run: Run, toSettle: ToSettle): Promise<void> {
  const { [SETTLE_TURN]: tell } = proxyLocalActivities({
    scheduleToCloseTimeout: SETTLED_IN,
    retry: { maximumAttempts: 1 },
    summary: `cache turn ${toSettle.outcome} · ${toSettle.activityType}`,
  });
  await run.host.call(() => tell!(toSettle));
}
