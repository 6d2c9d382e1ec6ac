import {
  condition,
  defineQuery,
  defineSignal,
  proxyActivities,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import type * as activities from './activities';

const { sendEmail } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });

export const complete = defineSignal('complete');
export const emailsQuery = defineQuery<number>('emails');

export async function sleepForDays(): Promise<string> {
  let isComplete = false;
  let emails = 0;
  setHandler(emailsQuery, () => emails);
  setHandler(complete, () => void (isComplete = true));
  while (!isComplete) {
    await sendEmail('Sleeping for 30 days');
    emails++;
    await Promise.race([sleep('30 days'), condition(() => isComplete)]);
  }
  return 'done!';
}
