/**
 * A call of an Activity with `cache`: gate → look → hit, or run; or wait, and look again.
 *
 * - A call without `cache`, or one that the gate keeps out, is passed on as it is: no promise of our own, so that older histories replay.
 * - `next` is called at most once.
 * - Whatever goes wrong with a look-up, the Activity runs; only a cancellation ends the call.
 */
import { msOptionalToNumber } from '@temporalio/common/lib/time';
import {
  type ActivityInput,
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
import { settle } from './settle';
import { isTold, type Told, untilTold } from './until-told';

type Schedule = Next<WorkflowOutboundCallsInterceptor, 'scheduleActivity'>;

export function callActivity(run: Run, input: ActivityInput, next: Schedule): Promise<unknown> {
  const { cache } = input.options;
  if (cache === undefined) return next(run.handOn(input));
  const layer = toCallSiteLayer(cache, `proxyActivities, '${input.activityType}', cache`);
  const call = run.handOn(layer === undefined ? input : withCall(input, { cache }));
  const disabled = layer?.behavior === 'disable' || modeFor(run.control, input.activityType) === 'off';
  return disabled || !run.gate.opens(input.activityType) ? next(call) : lookUp(run, call, next);
}

function lookUp(run: Run, input: ActivityInput, next: Schedule): Promise<unknown> {
  const call = new Call(run, input);
  const answer = (told: Told): unknown =>
    told.hit === undefined
      ? call.run(told, next)
      : valueOf(told.hit, contextOf(call.activityId), input.typeInfo?.outputType);
  const look = (waited: Waited | undefined) => call.look(waited);
  // Most calls are told at once: for them as few promises as can be.
  return call
    .look(undefined)
    .then((looked) =>
      isTold(looked) ? answer(looked) : untilTold(run, call.caller, looked, look).then(answer),
    );
}

type NotFound = Exclude<Told, { hit: object }>;

class Call {
  readonly activityId: string;
  /** The same text that the Activity itself would give. */
  readonly caller: { id: string; activityType: string };

  constructor(
    private readonly workflow: Run,
    private readonly input: ActivityInput,
  ) {
    const { workflowId, runId } = workflowInfo();
    this.activityId = input.options.activityId ?? `${input.seq}`;
    const id = [workflowId, runId, this.activityId].join('/');
    this.caller = { id, activityType: input.activityType };
  }

  look(waited: Waited | undefined): Promise<Looked> {
    const { activityType, args, headers, typeInfo, options } = this.input;
    // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- ms, behind Duration, has no types under node16 resolution
    const { taskQueue, startToCloseTimeout, scheduleToCloseTimeout, cache } = options;
    const elsewhere = taskQueue !== undefined && taskQueue !== workflowInfo().taskQueue;
    const forMs = msOptionalToNumber(startToCloseTimeout) ?? msOptionalToNumber(scheduleToCloseTimeout);
    const question = {
      activityType,
      activityId: this.activityId,
      ...(elsewhere && { taskQueue }),
      cache,
      forMs: Math.min(LONGEST_MS, forMs || LONGEST_MS),
      waited,
    };
    const asked = { args, headers, typeInfo, summary: `cache lookup · ${activityType}` };
    const { budget, together } = this.workflow;
    return (
      together.add(question, asked) ??
      budget.spend((mostBytes, ended) => ask({ ...question, mostBytes }, asked, ended))
    );
  }

  async run(looked: NotFound, next: Schedule): Promise<unknown> {
    const { cache } = this.input.options;
    const { alone, granted, key } = looked as Partial<RunAnswer>;
    const travelling = { ...(cache !== true && { cache }), ...(alone && { alone }) };
    const input = Object.keys(travelling).length > 0 ? withCall(this.input, travelling) : this.input;
    try {
      return await next(this.labelled(input, looked));
    } catch (error) {
      if (granted && key !== undefined) await settle({ ...this.caller, key, outcome: 'left' }); // it may never have begun
      throw error;
    }
  }

  /** A summary of the user's goes first. */
  private labelled(input: ActivityInput, { answer, key }: NotFound): ActivityInput {
    const what = answer === 'run' ? 'miss' : answer === 'large' ? 'hit, too large for the Workflow' : answer;
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

const contextOf = (activityId: string) => {
  const { namespace, workflowId } = workflowInfo();
  return { type: 'activity', namespace, workflowId, activityId, isLocal: false } as const;
};
