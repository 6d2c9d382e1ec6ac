import * as wf from '@temporalio/workflow';
import type * as activities from './activities';

const { checkoutItem, canceledPurchase } = wf.proxyActivities<typeof activities>({
  startToCloseTimeout: '1 minute',
});

type PurchaseState = 'PURCHASE_PENDING' | 'PURCHASE_CONFIRMED' | 'PURCHASE_CANCELED';

export const cancelPurchase = wf.defineSignal('cancelPurchase');
export const purchaseStateQuery = wf.defineQuery<PurchaseState>('purchaseState');

export async function OneClickBuy(itemId: string): Promise<string> {
  let state: PurchaseState = 'PURCHASE_PENDING';
  wf.setHandler(cancelPurchase, () => void (state = 'PURCHASE_CANCELED'));
  wf.setHandler(purchaseStateQuery, () => state);
  if (await wf.condition(() => state === 'PURCHASE_CANCELED', '300ms')) return canceledPurchase(itemId);
  state = 'PURCHASE_CONFIRMED';
  return checkoutItem(itemId);
}
