import { ActivityCancellationType, isCancellation, log, proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities';

export * from './cancellation-scopes';

const { fakeProgress } = proxyActivities<typeof activities>({
  startToCloseTimeout: '60s',
  heartbeatTimeout: '3s',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

export async function runCancellableActivity(): Promise<void> {
  try {
    await fakeProgress(200);
  } catch (error) {
    if (isCancellation(error)) log.info('Workflow cancelled along with its activity');
    throw error;
  }
}
