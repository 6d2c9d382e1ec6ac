import type { Client } from '@temporalio/client';
import { tidyActivityCache } from './workflows';

/** Every night at three. */
export function tidyEveryNight(client: Client, taskQueue: string, maxBytes: number) {
  return client.schedule.create({
    scheduleId: 'tidy-activity-cache',
    spec: { calendars: [{ hour: 3 }] },
    action: { type: 'startWorkflow', workflowType: tidyActivityCache, taskQueue, args: [maxBytes] },
  });
}
