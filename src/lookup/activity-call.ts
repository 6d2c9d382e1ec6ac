/**
 * A call of an Activity with `cache`: gate → look → hit, or run; or wait, and look again.
 *
 * - A call without `cache`, or one that the gate keeps out, is passed on as it is: no promise of our own, so that older histories replay.
 * - `next` is called at most once.
 * - Whatever goes wrong with a look-up, the Activity runs; only a cancellation ends the call.
 */
import { CancelledFailure } from '@temporalio/common';
import { msOptionalToNumber } from '@temporalio/common/lib/time';
import {
  type ActivityInput,
  CancellationScope,
  type Next,
  type WorkflowOutboundCallsInterceptor,
  workflowInfo,
} from '@temporalio/workflow';
import { CALL, toCallSiteLayer, type TravellingCall, writeCall } from '../policy/call-site';
import { modeFor } from '../policy/control';
import { LONGEST_MS } from '../reservation/protocol';
import { ask, type Looked, valueOf } from './ask';
import type { RunAnswer, Waited } from './protocol';
import type { Run } from './run';
import { leave, type Wait } from './waiting';

type Schedule = Next<WorkflowOutboundCallsInterceptor, 'scheduleActivity'>;

export function callActivity(run: Run, input: ActivityInput, next: Schedule): Promise<unknown> {
  const { cache } = input.options;
  if (cache === undefined) return next(run.handOn(input));
  const layer = toCallSiteLayer(cache, `proxyActivities, '${input.activityType}', cache`);
  const call = run.handOn(layer === undefined ? input : withCall(input, { cache }));
  const disabled = layer?.behavior === 'disable' || modeFor(run.control, input.activityType) === 'off';
  return disabled || !run.gate.opens(input.activityType) ? next(call) : lookUp(run, call, next);
}

async function lookUp(run: Run, input: ActivityInput, next: Schedule): Promise<unknown> {
  const { typeInfo } = input;
  const call = new Call(run, input);
  let wait: Wait | undefined;
  let waited: Waited | undefined;
  try {
    for (;;) {
      const looked = await call.look(waited);
      if (looked.hit !== undefined) return valueOf(looked.hit, call.activityId, typeInfo?.outputType);
      if (looked.answer !== 'wait') return await call.run(looked, next);
      const { key, reservation } = looked;
      waited = looked;
      wait ??= run.waiting.begin(call.id);
      try {
        if (await wait.pause(looked)) continue;
      } catch (error) {
        leave(reservation, call.id);
        throw error;
      }
      leave(reservation, call.id);
      return await call.run({ answer: 'run', key, alone: true, bytes: 0 }, next);
    }
  } finally {
    wait?.end();
  }
}

class Call {
  readonly activityId: string;
  /** The same text that the Activity itself would give. */
  readonly id: string;

  constructor(
    private readonly workflow: Run,
    private readonly input: ActivityInput,
  ) {
    const { workflowId, runId } = workflowInfo();
    this.activityId = input.options.activityId ?? `${input.seq}`;
    this.id = [workflowId, runId, this.activityId].join('/');
  }

  /** @throws the cancellation of the scope, even where there is a value */
  async look(waited: Waited | undefined): Promise<Looked> {
    const { activityType, args, headers, typeInfo, options } = this.input;
    const { taskQueue, startToCloseTimeout, scheduleToCloseTimeout, cache } = options;
    const elsewhere = taskQueue !== undefined && taskQueue !== workflowInfo().taskQueue;
    const forMs = msOptionalToNumber(startToCloseTimeout) ?? msOptionalToNumber(scheduleToCloseTimeout);
    const looked = await this.workflow.budget.spend((mostBytes) =>
      ask(
        {
          activityType,
          activityId: this.activityId,
          ...(elsewhere && { taskQueue }),
          cache,
          mostBytes,
          forMs: Math.min(LONGEST_MS, forMs || LONGEST_MS),
          waited,
        },
        { args, headers, typeInfo, summary: `cache lookup · ${activityType}` },
      ),
    );
    if (CancellationScope.current().consideredCancelled) {
      if (looked.hit === undefined && looked.answer === 'run' && looked.granted)
        leave(looked.granted, this.id);
      throw new CancelledFailure('Activity cancelled before scheduled');
    }
    return looked;
  }

  async run(looked: Exclude<Looked, { hit: object }>, next: Schedule): Promise<unknown> {
    const { cache } = this.input.options;
    const { alone, granted } = looked as Partial<RunAnswer>;
    const travelling = { ...(cache !== true && { cache }), ...(alone && { alone }) };
    const input = Object.keys(travelling).length > 0 ? withCall(this.input, travelling) : this.input;
    try {
      return await next(this.labelled(input, looked));
    } catch (error) {
      if (granted !== undefined) leave(granted, this.id); // it may never have begun
      throw error;
    }
  }

  /** A summary of the user's goes first. */
  private labelled(input: ActivityInput, { answer, key }: Exclude<Looked, { hit: object }>): ActivityInput {
    const what =
      answer === 'run' || answer === 'wait'
        ? 'miss'
        : answer === 'large'
          ? 'hit, too large for the Workflow'
          : answer;
    const { summary } = input.options;
    const text = [summary, `cache ${what}`, input.activityType, key && `${key.slice(0, 12)}…`]
      .filter(Boolean)
      .join(' · ');
    return {
      ...input,
      options: {
        ...input.options,
        summary: summary !== undefined && text.length > LONGEST_SUMMARY ? summary : text,
      },
    };
  }
}

/** Temporal shows no longer ones. */
const LONGEST_SUMMARY = 200;

const withCall = (input: ActivityInput, call: TravellingCall): ActivityInput => ({
  ...input,
  headers: { ...input.headers, [CALL]: writeCall(call) },
});
