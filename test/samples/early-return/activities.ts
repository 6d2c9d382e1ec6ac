import { sleep } from '@temporalio/activity';

export async function initTransaction(id: string): Promise<string> {
  await sleep(50);
  return `${id} confirmed`;
}

export async function completeTransaction(id: string): Promise<{ finalAmount: number; id: string }> {
  await sleep(50);
  return { finalAmount: 77, id };
}
