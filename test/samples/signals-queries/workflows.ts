import * as wf from '@temporalio/workflow';
import type * as activities from './activities';

const { audit } = wf.proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });

export const unblockSignal = wf.defineSignal<[string]>('unblock');
export const isBlockedQuery = wf.defineQuery<boolean>('isBlocked');

export async function unblockOrCancel(): Promise<string[]> {
  let isBlocked = true;
  const audits: string[] = [];
  wf.setHandler(unblockSignal, async (by) => {
    audits.push(await audit(by)); // an Activity of a handler
    if (audits.length === 3) isBlocked = false;
  });
  wf.setHandler(isBlockedQuery, () => isBlocked);
  try {
    await wf.condition(() => !isBlocked);
    return audits.sort(); // three at once end in any order
  } catch (error) {
    if (error instanceof wf.CancelledFailure) wf.log.info('Cancelled');
    throw error;
  }
}
