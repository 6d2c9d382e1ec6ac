import { proxyActivities } from '@temporalio/workflow';
import type { MaintenanceActivities } from 'temporal-activity-cache';

const { pruneActivityCache } = proxyActivities<MaintenanceActivities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '1 minute',
});

/** Frees the space of invalidated and expired entries, and then of the least recently used ones. */
export async function tidyActivityCache(maxBytes: number) {
  return pruneActivityCache({ maxBytes });
}
