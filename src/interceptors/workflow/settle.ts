/**
 * Tells a reservation, through the host and within the current Workflow Task, that a caller of this
 * Workflow no longer waits, or how its turn ended.
 */
import { askHost } from './ask-host';
import type { ToSettle } from '../../wire/questions';
import { SETTLE_TURN } from '../../wire/names';
import type { Run } from './run';

/**
 * Must be awaited, because a Workflow that ends does not send what it has not awaited. Never fails:
 * if this message is lost, the reservation notices by itself.
 */
export async function settle(run: Run, toSettle: ToSettle): Promise<void> {
  const summary = `cache turn ${toSettle.outcome} · ${toSettle.activityType}`;
  await run.host.call(() => askHost(SETTLE_TURN, summary, toSettle));
}
