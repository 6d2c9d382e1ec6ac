/** Every call of an Activity has `cache: true`, as if it had been written at its proxy. */
import { type WorkflowInterceptorsFactory } from '@temporalio/workflow';

export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: (input, next) => next({ ...input, options: { ...input.options, cache: true } }),
    },
  ],
});
