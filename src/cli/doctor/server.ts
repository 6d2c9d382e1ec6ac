/**
 * Checks whether the Temporal server can be reached, and the state of look-ups and reservations.
 */
import type { CliContext } from '../command';
import { Failure } from '../errors';
import type { TemporalAddress } from '../temporal';
import { answered, type Check, failed, messageOf, ok } from './check';
import { checkLookups } from './lookups';
import type { WorkerQueue } from './queues';
import { checkReservations } from './reservations';

/** What identifies the store on the server. */
export interface StoreTraces {
  /** The store's name among reservations. Undefined if it has none. */
  identity?: string;
  /** The queues of its Workers. */
  queues: readonly WorkerQueue[];
}

export async function checkServer(
  context: CliContext,
  to: TemporalAddress,
  { identity, queues }: StoreTraces,
): Promise<Check[]> {
  try {
    const temporal = await context.connect(to);
    try {
      const { client, address } = temporal;
      const { namespace } = client.options;
      const { serverVersion } = await answered(() => client.workflowService.getSystemInfo({}));
      await answered(() => client.workflowService.describeNamespace({ namespace }));
      const reached = ok(
        'temporal',
        `${address} answers, version ${serverVersion}, namespace '${namespace}'`,
      );
      const own = queues.filter((queue) => queue.namespace === namespace);
      const lookups = await checkLookups(client, [...new Set(own.map(({ taskQueue }) => taskQueue))].sort());
      return identity === undefined
        ? [reached, lookups]
        : [reached, lookups, await checkReservations(client, identity)];
    } finally {
      await temporal.close();
    }
  } catch (error) {
    const { what = messageOf(error) } = error instanceof Failure ? error : {};
    return [failed('temporal', what, 'correct --address and --namespace, or the TEMPORAL_… variables')];
  }
}
