/** An interceptor of the user's, which gives each call of an Activity the tenant that its option `priority` names. */
import { defaultPayloadConverter } from '@temporalio/common';
import type { WorkflowInterceptors } from '@temporalio/workflow';

export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      scheduleActivity(input, next) {
        const tenant = input.options.priority?.fairnessKey;
        if (tenant === undefined) return next(input);
        return next({
          ...input,
          headers: { ...input.headers, tenant: defaultPayloadConverter.toPayload(tenant) },
        });
      },
    },
  ],
});
