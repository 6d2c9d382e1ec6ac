/**
 * THE ALGORITHM: policy → control → key → look → (serialized: reserve → look again) → run → store →
 * release → report.
 *
 * - `next` is called at most once. Without a policy nothing else happens.
 * - A failure of the cache does not fail the Activity. The interceptor throws only a
 *   `CacheStoreError`, only with `onStoreError: 'fail'`, and only before the body runs.
 * - The value is stored before the turn is released. The turn is also released on failure and
 *   cancellation.
 * - Failures, cancelled attempts and asynchronous completions are never stored.
 * - It is the innermost interceptor: tracing sees hits, and the key is computed from the arguments
 *   that the Activity would get.
 */
import { CompleteAsyncError, type Context } from '@temporalio/activity';
import type { Headers } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { Recording, withCacheContext, withHeldKeys } from '../../context';
import { readCall, type TravellingCall } from '../../options/call-site';
import { CALL, CONTROL, HELD } from '../../wire/names';
import { modeFor, readHeld } from '../../wire/run-control';
import { readHeader } from '../../options/run-control';
import { turnOutcomeOf } from '../../wire/turn-outcome';
import type { TurnOutcome } from '../../wire/reservation';
import type { BypassReason, Outcome } from '../../wire/outcome';
import type { CachedActivity } from './cached-activity';
import type { CallControl, LookResult } from '../../worker/look';
import type { Reporter } from '../../worker/reporter';
import { traceCall, traceOutcome } from '../../worker/span';

type Execute = Next<ActivityInboundCallsInterceptor, 'execute'>;

export class CacheActivityInterceptor implements ActivityInboundCallsInterceptor {
  constructor(
    private readonly context: Context,
    /** Takes the call's own options into account. */
    private readonly activityOf: (activityType: string, call: TravellingCall) => CachedActivity | undefined,
    private readonly reporter: Reporter,
    /** Whether this Worker caches nothing. */
    private readonly off: boolean,
  ) {}

  async execute(input: ActivityExecuteInput, next: Execute): Promise<unknown> {
    const held = readHeld(input.headers[HELD]);
    return withHeldKeys(held, () => this.executeHolding(held, input, next));
  }

  private async executeHolding(
    held: readonly string[],
    input: ActivityExecuteInput,
    next: Execute,
  ): Promise<unknown> {
    const { info } = this.context;
    this.reporter.begin(this.context);
    const { problem, ...travelling } = readCall(input.headers[CALL]);
    if (problem !== undefined) this.reporter.warn(this.context, 'call', new Error(problem));
    const activity = this.activityOf(info.activityType, travelling);
    if (activity === undefined) {
      if (this.off || !asksForCache(travelling.cache)) return next(input);
      this.reporter.warn(this.context, 'undeclared');
      return this.bypass('undeclared', input, next);
    }
    traceCall();
    const control = controlOf(input.headers, this.context, this.reporter);
    const off = activity.off ?? (control.mode === 'off' ? 'off' : undefined);
    if (off !== undefined) return this.bypass(off, input, next);

    const call = await activity.identify({ args: input.args, headers: input.headers, info });
    if (call.key === undefined) {
      this.reporter.warn(this.context, call.reason, call.error);
      return this.bypass(call.reason, input, next, call.detail);
    }

    // A retry asks by itself.
    const asked = info.attempt === 1 ? travelling.asked : undefined;
    const looked = await activity.look(call, control, this.context, { asked });
    if (looked.hit) return this.answer(asked === undefined ? 'hit' : 'joined', looked);
    if (looked.error !== undefined && activity.failsOnStoreError) throw looked.error;
    const { seen, turn } = travelling.unreserved
      ? { seen: { ...looked, why: 'unserialized' as const }, turn: undefined }
      : await activity.reserve(call, control, held, looked, this.context);
    if (seen.hit) return this.answer('joined', seen);

    const recording = new Recording(call.key, info.activityType, call.version, seen.why, call.tags);
    let outcome: TurnOutcome = 'failed';
    try {
      const holding = turn === undefined ? held : [...held, call.key];
      const run = await withHeldKeys(holding, () => withCacheContext(recording, () => this.run(input, next)));
      const { bytes, ...stored } = await activity.store(call, control, seen, run, recording, this.context);
      outcome = turnOutcomeOf(stored, this.context.cancellationSignal.aborted);
      const { key, version } = call;
      const ran = { why: seen.why, key, version, durationMs: run.durationMs };
      this.report({ ...stored, ...(stored.status === 'stored' && { detail: seen.detail }), ...ran }, bytes);
      return run.value;
    } catch (error) {
      if (error instanceof CompleteAsyncError) outcome = 'unstored';
      throw error;
    } finally {
      await turn?.end(outcome);
    }
  }

  private answer(
    status: 'hit' | 'joined',
    { value, outcome, bytes }: Extract<LookResult, { hit: true }>,
  ): unknown {
    const { cancellationDetails, cancellationSignal } = this.context;
    if (cancellationDetails?.cancelRequested) cancellationSignal.throwIfAborted();
    this.report({ status, ...outcome }, bytes);
    return value;
  }

  private report(outcome: Outcome, bytes?: number): void {
    this.reporter.report(this.context, outcome);
    traceOutcome(outcome, bytes);
  }

  private async bypass(reason: BypassReason, input: ActivityExecuteInput, next: Execute, detail?: string) {
    const { value, durationMs } = await this.run(input, next);
    this.report({ status: 'bypassed', reason, detail, key: '', version: '', durationMs });
    return value;
  }

  private async run(
    input: ActivityExecuteInput,
    next: Execute,
  ): Promise<{ value: unknown; durationMs: number }> {
    const began = performance.now();
    try {
      const value = await next(input);
      return { value, durationMs: performance.now() - began };
    } catch (error) {
      if (error instanceof CompleteAsyncError) traceOutcome(this.reporter.tellAsync(this.context));
      throw error;
    }
  }
}

/** Whether the call site wants the Activity to be cached as it is declared. */
const asksForCache = (cache: unknown): boolean =>
  cache === true || (typeof cache === 'object' && cache !== null && !('behavior' in cache));

/**
 * The run's control for this Activity. A header that is not a valid control is ignored, with a
 * warning.
 */
export function controlOf(headers: Headers, context: Context, reporter: Reporter): CallControl {
  const { activityType, inWorkflow, workflowExecution, activityRunId } = context.info;
  const { control, problem, warning } = readHeader(headers[CONTROL]);
  if (problem !== undefined) reporter.warn(context, 'control', new Error(problem));
  if (warning !== undefined) reporter.warn(context, 'control-field', new Error(warning));
  // Only a Workflow may name the run whose overwritten values are fresh. A standalone Activity is a
  // run of its own.
  const run = inWorkflow ? (control?.run ?? workflowExecution?.runId) : activityRunId;
  return { mode: modeFor(control, activityType), run, below: control };
}
