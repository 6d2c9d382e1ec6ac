import { ActivityFailure, log, proxyActivities } from '@temporalio/workflow';
import type { createActivities } from './activities';

const { addBankAccount } = proxyActivities<ReturnType<typeof createActivities>>({
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '40s',
  retry: { initialInterval: '100ms', maximumAttempts: 3 },
});
const { createAccount, addAddress, clearPostalAddresses } = proxyActivities<
  ReturnType<typeof createActivities>
>({
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '30s',
});

interface OpenAccount {
  accountId: string;
  address: string;
  shouldThrow?: string;
}

export async function openAccount({ accountId, address, shouldThrow }: OpenAccount): Promise<string> {
  const compensations: (() => Promise<string>)[] = [];
  await createAccount({ accountId });
  try {
    await addAddress({ accountId, address });
    compensations.unshift(() => clearPostalAddresses({ accountId }));
    await addBankAccount({ accountId, shouldThrow });
    return 'opened';
  } catch (error) {
    const undone: string[] = [];
    for (const compensate of compensations) undone.push(await compensate());
    log.error('opening the account failed', { undone });
    if (error instanceof ActivityFailure) return `${error.cause?.message}: ${undone.join()}`;
    throw error;
  }
}
