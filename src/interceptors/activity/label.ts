/**
 * Writes what became of a call onto its result, as payload metadata. The outermost interceptor: those of the user, between it
 * and the cache, see values without it (on a run what the Activity returned, on a hit what the converter decoded), and what they make of a
 * value is what is sent.
 */
import type { Context } from '@temporalio/activity';
import { type ActivitySerializationContext, RawValue, type TypeInfo } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { encodeOutcome } from '../../wire/outcome';
import { OUTCOME_METADATA } from '../../wire/names';
import type { Reporter } from '../../worker/reporter';
import type { Values } from '../../worker/values';

/** Temporal refuses payloads above 2 MB: metadata must not be what makes one too large. */
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
    if (output?.transferTypeConverter !== undefined) return value; // the SDK would convert the labelled value again
    try {
      const context = this.serializationContext();
      const payload = this.values.toPayload(value, context, output);
      const metadata = { ...payload.metadata, [OUTCOME_METADATA]: encodeOutcome(outcome) };
      const labelled = { ...payload, metadata };
      if ((await this.values.sentBytes(labelled, context)) > MAX_LABELLED_BYTES) return value;
      return RawValue.fromPayload(labelled);
    } catch {
      return value; // what cannot be encoded fails in the SDK, with its own error
    }
  }

  /** As the SDK has it for this attempt's result. */
  private serializationContext(): ActivitySerializationContext {
    const { namespace, activityId, workflowExecution, isLocal } = this.context.info;
    return { type: 'activity', namespace, activityId, workflowId: workflowExecution?.workflowId, isLocal };
  }
}

/** A RawValue may come from another call, with the label of that one. */
function withoutLabel(value: unknown): unknown {
  if (!(value instanceof RawValue) || value.payload.metadata?.[OUTCOME_METADATA] == null) return value;
  const { [OUTCOME_METADATA]: _label, ...metadata } = value.payload.metadata;
  return RawValue.fromPayload({ ...value.payload, metadata });
}
