/** Checks whether calls that wait for a reservation will get it. */
import type { Client } from '@temporalio/client';
import { type OpenReservation, openReservations } from '../../reservation/host/open';
import { formatCount, formatDuration, shellWord } from '../format';
import { answered, type Check, messageOf, ok, warning } from './check';

export async function checkReservations(client: Client, identity: string): Promise<Check> {
  let open: OpenReservation[];
  try {
    open = await answered(() => openReservations(client, identity));
  } catch (error) {
    const fix = 'let this user list and describe Workflows, and describe task queues';
    return warning('reservations', `cannot be listed: ${messageOf(error)}`, fix);
  }
  const waiting = open.reduce((sum, one) => sum + one.waiting, 0);
  const seen = `${formatCount(open.length)} open, ${formatCount(waiting)} waiting`;
  const stuck = open.filter((one) => one.stuck !== undefined);
  if (stuck.length === 0) return ok('reservations', seen);

  const queues = [...new Set(stuck.map(({ taskQueue }) => taskQueue))].join(', ');
  const unpolled = stuck.filter((one) => one.stuck === 'nobody polls its task queue');
  if (unpolled.length > 0) {
    return warning(
      'reservations',
      `${seen}; nobody polls ${queues}, where ${formatCount(unpolled.length)} of them are`,
      'start a Worker with the plugin, this store and a serialized Activity; until then calls wait some seconds, then run unserialized',
    );
  }
  const { workflowId, pendingMs = 0 } = stuck.reduce((a, b) =>
    (a.pendingMs ?? 0) < (b.pendingMs ?? 0) ? b : a,
  );
  return warning(
    'reservations',
    `${seen}; ${formatCount(stuck.length)} of them on ${queues} are not gone on with, for ${formatDuration(pendingMs)}`,
    `give the plugin to NativeConnection.connect too, so that no body holds them up; look for 'activity-cache' in the Workers' logs; ` +
      `one that cannot go on: temporal workflow terminate --workflow-id ${shellWord(workflowId)}`,
  );
}
