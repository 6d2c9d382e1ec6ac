/**
 * Starts a child Workflow that has the option `cache`. Its modes are passed to the child. With a
 * `version` the child is looked up, and on a hit no child is started. The child's own run stores
 * the result, so that nothing is lost if the parent ends.
 */
import type { Headers } from '@temporalio/common';
import {
  CancellationScope,
  type Next,
  type StartChildWorkflowExecutionInput,
  type WorkflowOutboundCallsInterceptor,
  workflowInfo,
} from '@temporalio/workflow';
import { CancelledFailure, type RawValue } from '@temporalio/common';
import { CALL, COLLECTED_AS, COLLECTOR, CONTROL } from '../../wire/names';
import { toCallSiteLayer, writeCall } from '../../options/call-site';
import { modeFor, writeHeader } from '../../wire/run-control';
import { splitCache } from '../../options/run-options';
import { UNLIMITED_MS } from '../../wire/reservation';
import { payloadsOf, rawInputs, valueOf } from './ask';
import { refusing } from './refusing';
import type { Run } from './run';
import { readCollector, writeCollector } from './uses';

type Start = Next<WorkflowOutboundCallsInterceptor, 'startChildWorkflowExecution'>;
type Started = [started: Promise<string>, completed: Promise<unknown>];

export function startChild(run: Run, input: StartChildWorkflowExecutionInput, next: Start): Promise<Started> {
  const { cache, workflowId, taskQueue } = input.options;
  run.uses?.add({ kind: 'workflow', taskQueue, type: input.workflowType });
  const name = run.uses?.addChild(workflowId, taskQueue) ?? workflowId;
  if (name !== workflowId)
    input = { ...input, headers: { ...input.headers, [COLLECTED_AS]: writeCollector(name) } };
  return cache === undefined ? next(run.handOn(input)) : refusing(() => startCached(run, input, cache, next));
}

function startCached(
  run: Run,
  input: StartChildWorkflowExecutionInput,
  cache: unknown,
  next: Start,
): Promise<Started> {
  const where = `child '${input.workflowType}'`;
  const { control, call } = splitCache(cache, where);
  const layer = call === undefined ? undefined : toCallSiteLayer(call, `${where}, cache`);
  const below = control === undefined ? run.control : { ...control, run: run.control?.run };
  const headers: Headers = {
    ...(control !== undefined && { [CONTROL]: writeHeader({ ...control, run: run.control?.run }) }),
    ...(call !== undefined && { [CALL]: writeCall({ cache: call }) }),
  };
  const handed = run.handOn(input);
  const child = { ...handed, headers: { ...handed.headers, ...headers } };
  const isWanted = layer?.version !== undefined && modeFor(below, input.workflowType) !== 'off';
  return run.gate.opens(`child/${input.workflowType}`, isWanted, input.seq)
    ? lookUp(run, child, call, next)
    : next(child);
}

async function lookUp(
  run: Run,
  input: StartChildWorkflowExecutionInput,
  cache: unknown,
  next: Start,
): Promise<Started> {
  const { workflowType, headers, options } = input;
  const { workflowId, typeInfo, taskQueue } = options;
  let args: RawValue[];
  try {
    args = payloadsOf(options.args, workflowId, typeInfo);
  } catch {
    return next(input); // `next` fails as it does without a cache.
  }
  const collector = readCollector(run.headers?.[COLLECTOR]);
  const question = {
    activityType: workflowType,
    activityId: workflowId,
    taskQueue,
    cache,
    forMs: UNLIMITED_MS,
    workflow: {},
    ...(collector !== undefined && {
      reportTo: {
        collector,
        workflowId: readCollector(headers[COLLECTED_AS]) ?? workflowId,
        run: `${workflowInfo().runId} ${input.seq}`,
      },
    }),
  };
  const looked = await run.host.lookUp({ question, args, headers });
  if (CancellationScope.current().consideredCancelled)
    throw new CancelledFailure('Child Workflow cancelled before it started');
  if (looked.hit === undefined) return next(asItWas(input, args));
  const context = { type: 'workflow', namespace: workflowInfo().namespace, workflowId } as const;
  // The id of the run that computed the value, because no child was started.
  return [
    Promise.resolve(looked.outcome.origin?.runId ?? ''),
    Promise.resolve(valueOf(looked.hit, context, typeInfo?.outputType)),
  ];
}

/** Restores the arguments as they were when the child was called. */
function asItWas(
  input: StartChildWorkflowExecutionInput,
  args: RawValue[],
): StartChildWorkflowExecutionInput {
  const { options } = input;
  return { ...input, options: { ...options, args, typeInfo: rawInputs(args, options.typeInfo) } };
}
