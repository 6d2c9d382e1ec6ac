import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  defineQuery,
  defineSignal,
  proxyActivities,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import type { Duration } from '@temporalio/common';
import type * as activities from './activities';

export type OrderState = 'Charging card' | 'Paid' | 'Picked up' | 'Delivered' | 'Refunding' | 'Failed';

export const pickedUpSignal = defineSignal('pickedUp');
export const deliveredSignal = defineSignal('delivered');
export const getStatusQuery = defineQuery<{ state: OrderState; deliveredAt?: Date }>('getStatus');

const { chargeCustomer, refundOrder, sendPushNotification } = proxyActivities<typeof activities>({
  startToCloseTimeout: '1m',
  retry: { maximumInterval: '5s' },
});

export async function order(product: activities.Product, patience: Duration = '1 min'): Promise<string> {
  let state: OrderState = 'Charging card';
  let deliveredAt: Date | undefined;
  setHandler(pickedUpSignal, () => {
    if (state === 'Paid') state = 'Picked up';
  });
  setHandler(deliveredSignal, () => {
    if (state !== 'Picked up') return;
    state = 'Delivered';
    deliveredAt = new Date();
  });
  setHandler(getStatusQuery, () => ({ state, deliveredAt }));

  try {
    await chargeCustomer(product);
  } catch (error) {
    const cause = error instanceof ActivityFailure ? error.cause?.message : error;
    const message = `Failed to charge customer for ${product.name}. Error: ${String(cause)}`;
    await sendPushNotification(message);
    throw ApplicationFailure.create({ message });
  }
  state = 'Paid';
  if (!(await condition(() => state === 'Picked up', patience))) {
    state = 'Refunding';
    await refundOrder(product);
    await sendPushNotification('No drivers were available to pick up your order.');
    throw ApplicationFailure.create({ message: 'Not picked up in time' });
  }
  await sendPushNotification('Order picked up');
  await condition(() => state === 'Delivered');
  await sendPushNotification('Order delivered!');
  await sleep(50);
  await sendPushNotification(`Rate your meal. How was the ${product.name.toLowerCase()}?`);
  return state;
}
