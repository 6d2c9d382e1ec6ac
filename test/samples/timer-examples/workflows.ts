import { defineQuery, proxyActivities, setHandler, sleep } from '@temporalio/workflow';
import type { createActivities } from './activities';

export * from './updatable-timer';

const { sendNotificationEmail } = proxyActivities<ReturnType<typeof createActivities>>({
  startToCloseTimeout: '5m',
});

export async function processOrderWorkflow(orderProcessingMS: number, sendDelayedEmailTimeoutMS: number) {
  let processing = true;
  const { processOrder } = proxyActivities<ReturnType<typeof createActivities>>({
    startToCloseTimeout: orderProcessingMS,
  });
  const processed = processOrder().then(() => void (processing = false));
  await Promise.race([processed, sleep(sendDelayedEmailTimeoutMS)]);
  if (processing) {
    await sendNotificationEmail();
    await processed;
  }
  return 'Order completed!';
}

export const getProgress = defineQuery<number>('getProgress');

export async function progress(): Promise<void> {
  let current = 0;
  setHandler(getProgress, () => current);
  for (let i = 1; i <= 10; ++i) {
    await sleep(20);
    current += 10;
  }
}
