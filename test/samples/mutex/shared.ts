import { defineSignal } from '@temporalio/workflow';

export interface LockRequest {
  initiatorId: string;
  timeoutMs: number;
}

export const lockRequestSignal = defineSignal<[LockRequest]>('lock-requested');
export const lockAcquiredSignal = defineSignal<[{ releaseSignalName: string }]>('lock-acquired');
