import {
  type ActivityExecuteInput,
  type ActivityInboundCallsInterceptor,
  type Next,
} from '@temporalio/worker';
import type { Context } from '@temporalio/activity';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';

export const clientInterceptor: WorkflowClientInterceptor = {
  start: (input, next) =>
    next({ ...input, headers: { ...input.headers, trace: defaultPayloadConverter.toPayload('trace-1') } }),
};

export class TracingActivityInterceptor implements ActivityInboundCallsInterceptor {
  constructor(private readonly context: Context) {}

  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>) {
    const trace = defaultPayloadConverter.fromPayload(input.headers.trace!);
    const result = await next(input);
    this.context.log.info('RunActivity', { trace });
    return `${String(result)} (${String(trace)})`;
  }
}
