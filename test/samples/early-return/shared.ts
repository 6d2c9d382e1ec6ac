import { defineUpdate } from '@temporalio/workflow';

export const getTransactionConfirmation = defineUpdate<string>('get-transaction-confirmation');
