import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { proxyActivities, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type * as activities from './activities';

const { increment } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });

const customInt = defineSearchAttributeKey('SampleInt', SearchAttributeType.INT);
const customBool = defineSearchAttributeKey('SampleBool', SearchAttributeType.BOOL);

export async function example(): Promise<[number | undefined, boolean | undefined]> {
  const read = () => workflowInfo().typedSearchAttributes;
  upsertSearchAttributes([
    { key: customInt, value: await increment(read().get(customInt) ?? 0) },
    { key: customBool, value: null },
  ]);
  return [read().get(customInt), read().get(customBool)];
}
