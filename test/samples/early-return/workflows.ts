import * as wf from '@temporalio/workflow';
import type * as activities from './activities';
import { getTransactionConfirmation } from './shared';

const { initTransaction, completeTransaction } = wf.proxyActivities<typeof activities>({
  startToCloseTimeout: '1 minute',
});

export async function transactionWorkflow(id: string): Promise<{ finalAmount: number; id: string }> {
  let confirmation: string | undefined = undefined;
  wf.setHandler(getTransactionConfirmation, async () => {
    await wf.condition(() => confirmation !== undefined);
    return confirmation!;
  });
  confirmation = await initTransaction(id);
  await wf.sleep(100);
  return completeTransaction(id);
}
