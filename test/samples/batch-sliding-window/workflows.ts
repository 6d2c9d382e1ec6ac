import {
  condition,
  continueAsNew,
  defineSignal,
  executeChild,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  proxyActivities,
  setHandler,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { createActivities, SingleRecord } from './activities';

const { getRecordCount, getRecords } = proxyActivities<ReturnType<typeof createActivities>>({
  startToCloseTimeout: '5 seconds',
});

export interface Window {
  pageSize: number;
  size: number;
  offset: number;
  end: number;
  progress: number;
  current: number[];
}

export const reportCompletionSignal = defineSignal<[number]>('reportCompletion');

export async function processBatchWorkflow(partitions: number): Promise<number> {
  const share = Math.ceil((await getRecordCount()) / partitions);
  const results = await Promise.all(
    Array.from({ length: partitions }, (_, index) =>
      executeChild(slidingWindowWorkflow, {
        workflowId: `${workflowInfo().workflowId}/${index}`,
        args: [
          { pageSize: 2, size: 3, offset: index * share, end: (index + 1) * share, progress: 0, current: [] },
        ],
      }),
    ),
  );
  return results.reduce((sum, result) => sum + result, 0);
}

export async function slidingWindowWorkflow(input: Window): Promise<number> {
  const current = new Set(input.current);
  let { progress, offset } = input;
  setHandler(reportCompletionSignal, (id) => {
    if (current.delete(id)) progress++;
  });
  const { pageSize, end, size } = input;
  const { workflowId } = workflowInfo();
  for (const record of await getRecords({ pageSize, offset, end })) {
    await condition(() => current.size < size);
    current.add(record.id);
    await startChild(recordProcessorWorkflow, {
      workflowId: `${workflowId}/${record.id}`,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      args: [record],
    });
    offset++;
  }
  if (offset < end) {
    return continueAsNew<typeof slidingWindowWorkflow>({ ...input, offset, progress, current: [...current] });
  }
  await condition(() => current.size === 0);
  return progress;
}

export async function recordProcessorWorkflow({ id }: SingleRecord): Promise<void> {
  await sleep(((id % 10) + 1) * 20);
  await getExternalWorkflowHandle(workflowInfo().parent!.workflowId).signal(reportCompletionSignal, id);
}
