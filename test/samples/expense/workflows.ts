import type { Duration } from '@temporalio/common';
import * as wf from '@temporalio/workflow';
import type * as activities from './activities';

type Status = 'APPROVED' | 'REJECTED' | 'TIMED_OUT' | 'COMPLETED';

export const approveSignal = wf.defineSignal('approve');
export const rejectSignal = wf.defineSignal('reject');

const { createExpense, payment } = wf.proxyActivities<typeof activities>({
  startToCloseTimeout: '5 minutes',
});

async function timeoutOrUserAction(timeout: Duration): Promise<Status> {
  let status: Status = 'TIMED_OUT';
  wf.setHandler(approveSignal, () => void (status = 'APPROVED'));
  wf.setHandler(rejectSignal, () => void (status = 'REJECTED'));
  await wf.condition(() => status !== 'TIMED_OUT', timeout);
  return status;
}

export async function expense(expenseId: string, timeout: Duration = '10s'): Promise<Status> {
  await createExpense(expenseId);
  const status = await timeoutOrUserAction(timeout);
  if (status !== 'APPROVED') return status;
  await payment(expenseId);
  return 'COMPLETED';
}
