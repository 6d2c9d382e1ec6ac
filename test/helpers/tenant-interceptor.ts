/** A user's own Workflow interceptor: it says in a header whose calls these are. */
import { defaultPayloadConverter } from '@temporalio/common';
import { type WorkflowInterceptorsFactory, workflowInfo } from '@temporalio/workflow';

export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity(input, next) {
        const tenant = defaultPayloadConverter.toPayload(workflowInfo().memo?.tenant);
        return next({ ...input, headers: { ...input.headers, tenant } });
      },
      scheduleLocalActivity(input, next) {
        const tenant = defaultPayloadConverter.toPayload('local');
        return next({ ...input, headers: { ...input.headers, tenant } });
      },
    },
  ],
});
