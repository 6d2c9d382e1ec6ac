import { proxyActivities } from '@temporalio/workflow';
import type { MaintenanceActivities } from 'temporal-activity-cache';

const { pruneActivityCache } = proxyActivities<MaintenanceActivities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '1 minute',
});

/** Frees the space of what nobody will want any more; of the rest it keeps what was used last. */
export async function tidyActivityCache(maxBytes: number) {
  return pruneActivityCache({ maxBytes });
}
