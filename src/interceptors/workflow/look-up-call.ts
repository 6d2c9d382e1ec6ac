/**
 * Looks up an Activity call that has the option `cache`: gate → look → hit or run, or wait and look
 * again.
 *
 * - A call without `cache`, or one that the gate rejects, is passed on unchanged and creates no
 *   extra promise, so that older histories replay.
 * - `next` is called at most once, with the arguments as they were when the call was made.
 * - If a look-up fails for any reason, the Activity runs. Only a cancellation or the call's own
 *   timeouts end the call.
 */
import { msOptionalToNumber, type RawValue } from '@temporalio/common';
import {
  type ActivityInput,
  CancellationScope,
  type Next,
  type WorkflowOutboundCallsInterceptor,
  workflowInfo,
} from '@temporalio/workflow';
import { toCallSiteLayer, type TravellingCall, writeCall } from '../../options/call-site';
import { CALL } from '../../wire/names';
import { modeFor } from '../../wire/run-control';
import { UNLIMITED_MS } from '../../wire/reservation';
import { type Asked, type Looked, payloadsOf, rawInputs, valueOf } from './ask';
import { type Limit, limitOf } from './limit';
import type { RunAnswer, Waited } from '../../wire/questions';
import { refusing } from './refusing';
import type { Run } from './run';
import { settle } from './settle';
import { summaryOf } from './summary';
import { verdictOfAnswer } from '../../wire/answer-verdict';
import { isDecided, type Decision, waitForDecision } from './wait-for-decision';

type Schedule = Next<WorkflowOutboundCallsInterceptor, 'scheduleActivity'>;

export function callActivity(run: Run, input: ActivityInput, next: Schedule): Promise<unknown> {
  const { cache } = input.options;
  if (cache === undefined) return next(run.handOn(input));
  const where = `proxyActivities, '${input.activityType}', cache`;
  return refusing(() => {
    const layer = toCallSiteLayer(cache, where);
    const call = run.handOn(layer === undefined ? input : withCall(input, { cache }));
    const isDisabled = layer?.behavior === 'disable' || modeFor(run.control, input.activityType) === 'off';
    return !run.gate.opens(input.activityType, !isDisabled, input.seq) ||
      CancellationScope.current().consideredCancelled
      ? next(call)
      : lookUp(run, call, next);
  });
}

function lookUp(run: Run, input: ActivityInput, next: Schedule): Promise<unknown> {
  const activityId = input.options.activityId ?? `${input.seq}`;
  let args: RawValue[];
  try {
    args = payloadsOf(input.args, activityId, input.typeInfo);
  } catch {
    return next(input); // `next` fails as it does without a cache.
  }
  const call = new Call(run, { ...input, args, typeInfo: rawInputs(args, input.typeInfo) }, activityId);
  const answer = (decision: Decision): unknown =>
    decision.hit === undefined
      ? call.run(decision, next)
      : valueOf(decision.hit, contextOf(activityId), input.typeInfo?.outputType);
  const look = (waited: Waited | undefined) => call.look(waited);
  // Most calls are decided at once. This path creates as few promises as possible for them.
  return call
    .look(undefined)
    .then((looked) =>
      isDecided(looked)
        ? answer(looked)
        : waitForDecision(run, call.caller, looked, look, call.limit).then(answer),
    );
}

type NotFound = Exclude<Decision, { hit: object }>;

class Call {
  /** The same id that the Activity itself would use. */
  readonly caller: { id: string; activityType: string };
  readonly limit: Limit;

  constructor(
    private readonly workflow: Run,
    private readonly input: ActivityInput,
    private readonly activityId: string,
  ) {
    const { workflowId, runId } = workflowInfo();
    const id = [workflowId, runId, this.activityId].join('/');
    this.caller = { id, activityType: input.activityType };
    this.limit = limitOf(input.options, this.caller.activityType, activityId);
  }

  look(waited: Waited | undefined): Promise<Looked> {
    const { activityType, args, headers, options } = this.input;
    // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- ms, behind Duration, has no types under node16 resolution
    const { taskQueue, startToCloseTimeout, scheduleToCloseTimeout, cache } = options;
    const onOtherQueue = taskQueue !== undefined && taskQueue !== workflowInfo().taskQueue;
    const forMs = msOptionalToNumber(startToCloseTimeout) ?? msOptionalToNumber(scheduleToCloseTimeout);
    const question = {
      activityType,
      activityId: this.activityId,
      ...(onOtherQueue && { taskQueue }),
      cache,
      forMs: Math.min(UNLIMITED_MS, forMs || UNLIMITED_MS),
      waited,
    };
    return this.workflow.host.lookUp({ question, args: args as Asked['args'], headers });
  }

  run(looked: NotFound, next: Schedule): Promise<unknown> {
    const { cache } = this.input.options;
    const { unreserved, granted, asked, key } = looked as Partial<RunAnswer>;
    const travelling = {
      // Without a key the Activity's Worker says why: it may not be declared.
      ...((cache !== true || key === undefined) && { cache }),
      ...(unreserved && { unreserved }),
      ...(asked && { asked }),
    };
    const input = Object.keys(travelling).length > 0 ? withCall(this.input, travelling) : this.input;
    const ran = next(this.limit.applyTo(this.labelled(input, looked)));
    if (!granted || key === undefined) return ran;
    return ran.catch(async (error: unknown) => {
      // The Activity may never have started.
      await settle(this.workflow, { ...this.caller, key, outcome: 'left' });
      throw error;
    });
  }

  /** The verdict comes first, since Temporal's UI cuts summaries. */
  private labelled(input: ActivityInput, looked: NotFound): ActivityInput {
    const { key } = looked;
    const rest = [input.activityType, key === undefined ? '' : `${key.slice(0, 12)}…`];
    const summary = summaryOf(`cache ${verdictOfAnswer(looked)}`, input.options.summary, rest);
    return { ...input, options: { ...input.options, summary } };
  }
}

const withCall = (input: ActivityInput, call: TravellingCall): ActivityInput => ({
  ...input,
  headers: { ...input.headers, [CALL]: writeCall(call) },
});

const contextOf = (activityId: string) => {
  const { namespace, workflowId } = workflowInfo();
  return { type: 'activity', namespace, workflowId, activityId, isLocal: false } as const;
};
