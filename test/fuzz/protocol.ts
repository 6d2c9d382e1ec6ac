/** How programs are talked to while they run. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Value } from './program';

export const signal = defineSignal('signal');
export const update = defineUpdate<Value>('update');
export const trace = defineQuery<string[]>('trace');
