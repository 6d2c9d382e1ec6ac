import { ApplicationFailure } from '@temporalio/activity';

export interface Product {
  id: number;
  name: string;
  cents: number;
}

export async function chargeCustomer({ name, cents }: Product): Promise<void> {
  if (cents > 5000)
    throw ApplicationFailure.create({ message: `card declined: ${name}`, nonRetryable: true });
}

export async function refundOrder(_product: Product): Promise<void> {}

export async function sendPushNotification(_message: string): Promise<void> {}
