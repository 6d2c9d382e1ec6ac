/** Tells a reservation that a caller of this Workflow's waits no more, or how its turn ended: by the host, in the Workflow Task that is under way. */
import { askHost } from './ask-host';
import type { ToSettle } from '../../wire/questions';
import { SETTLE_TURN } from '../../wire/names';
import type { Run } from './run';

/** Awaited: what a Workflow that ends has not awaited is not sent. Never fails: a reservation finds out by itself. */
export async function settle(run: Run, toSettle: ToSettle): Promise<void> {
  const summary = `cache turn ${toSettle.outcome} · ${toSettle.activityType}`;
  await run.host.call(() => askHost(SETTLE_TURN, summary, toSettle));
}
