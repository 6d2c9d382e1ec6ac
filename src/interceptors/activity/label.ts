/**
 * Writes the outcome of a call onto its result, as payload metadata. It is the outermost
 * interceptor. The user's interceptors, between it and the cache, see values without the label: on
 * a run the value that the Activity returned, on a hit the value that the converter decoded. The
 * value that they return is the one that is sent.
 */
import type { Context } from '@temporalio/activity';
import { type ActivitySerializationContext, RawValue, type TypeInfo } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { encodeOutcome } from '../../wire/outcome';
import { OUTCOME_METADATA } from '../../wire/names';
import type { Reporter } from '../../worker/reporter';
import type { Values } from '../../worker/values';

/** Temporal rejects payloads above 2 MB, and the metadata must not make a payload too large. */
const MAX_LABELLED_BYTES = 2 * 1024 * 1024 - 4 * 1024;

export class LabelInterceptor implements ActivityInboundCallsInterceptor {
  constructor(
    private readonly context: Context,
    private readonly reporter: Reporter,
    private readonly values: Values | undefined,
    private readonly outputOf: (activityType: string) => TypeInfo | undefined,
  ) {}

  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    const value = withoutLabel(await next(input));
    const outcome = this.reporter.outcomeOf(this.context);
    if (outcome === undefined || this.values === undefined) return value;

    const output = this.outputOf(this.context.info.activityType);
    // The SDK would convert the labelled value again.
    if (output?.transferTypeConverter !== undefined) return value;
    try {
      const context = this.serializationContext();
      const payload = this.values.toPayload(value, context, output);
      const metadata = { ...payload.metadata, [OUTCOME_METADATA]: encodeOutcome(outcome) };
      const labelled = { ...payload, metadata };
      if ((await this.values.sentBytes(labelled, context)) > MAX_LABELLED_BYTES) return value;
      return RawValue.fromPayload(labelled);
    } catch {
      return value; // A value that cannot be encoded fails in the SDK, with the SDK's own error.
    }
  }

  /** The context that the SDK uses for the result of this attempt. */
  private serializationContext(): ActivitySerializationContext {
    const { namespace, activityId, workflowExecution, isLocal } = this.context.info;
    return { type: 'activity', namespace, activityId, workflowId: workflowExecution?.workflowId, isLocal };
  }
}

/** Removes the label from a RawValue that comes from another call. */
function withoutLabel(value: unknown): unknown {
  if (!(value instanceof RawValue) || value.payload.metadata?.[OUTCOME_METADATA] == null) return value;
  const { [OUTCOME_METADATA]: _label, ...metadata } = value.payload.metadata;
  return RawValue.fromPayload({ ...value.payload, metadata });
}
