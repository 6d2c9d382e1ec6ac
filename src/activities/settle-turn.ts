/**
 * Forwards to a reservation what a Workflow reports about its turn. It runs as a local Activity.
 */
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor } from '@temporalio/worker';
import type { ToSettle } from '../wire/questions';
import type { Known } from './look-up';

export class SettleInterceptor implements ActivityInboundCallsInterceptor {
  constructor(private readonly known: Known) {}

  async execute({ args: [toSettle] }: ActivityExecuteInput): Promise<void> {
    const { activityType, key, id, outcome } = toSettle as ToSettle;
    const reserved = { scope: this.known.scope, activityType, key };
    const reservations = await this.known.reservations();
    if (outcome === 'left') await reservations?.leave(reserved, { id, attempt: 1 });
    else await reservations?.end(reserved, { id, attempt: 1 }, outcome);
  }
}
