/**
 * A child Workflow with `cache`: what it says of modes is handed to the child; with a `version` the child is looked up, and on a hit none is
 * started. Its own run stores the result, so that a parent that ends loses nothing.
 */
import type { Headers } from '@temporalio/common';
import {
  CancellationScope,
  type Next,
  type StartChildWorkflowExecutionInput,
  type WorkflowOutboundCallsInterceptor,
  workflowInfo,
} from '@temporalio/workflow';
import { CancelledFailure } from '@temporalio/common';
import { RECORD } from '../dependencies/protocol';
import { CALL, toCallSiteLayer, writeCall } from '../policy/call-site';
import { CONTROL, modeFor, writeHeader } from '../policy/control';
import { splitCache } from '../policy/control-options';
import { LONGEST_MS } from '../reservation/protocol';
import { ask, valueOf } from './ask';
import type { Run } from './run';
import { readRecorder } from './uses';

type Start = Next<WorkflowOutboundCallsInterceptor, 'startChildWorkflowExecution'>;
type Started = [started: Promise<string>, completed: Promise<unknown>];

export function startChild(run: Run, input: StartChildWorkflowExecutionInput, next: Start): Promise<Started> {
  const { cache, workflowId, taskQueue = workflowInfo().taskQueue } = input.options;
  run.uses?.add({ kind: 'workflow', taskQueue, type: input.workflowType });
  run.uses?.addChild(workflowId);
  if (cache === undefined) return next(run.handOn(input));
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
  const looks = layer?.version !== undefined && modeFor(below, input.workflowType) !== 'off';
  return looks && run.gate.opens(`child/${input.workflowType}`)
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
  const { workflowId, args, typeInfo } = options;
  const recorder = readRecorder(run.headers?.[RECORD]);
  const question = {
    activityType: workflowType,
    activityId: workflowId,
    cache,
    forMs: LONGEST_MS,
    workflow: {},
    ...(recorder !== undefined && {
      reportTo: { recorder, workflowId, run: `${workflowInfo().runId} ${input.seq}` },
    }),
  };
  const asked = { args, headers, typeInfo, summary: `cache lookup · ${workflowType}` };
  const looked = await run.budget.spend((mostBytes, ended) => ask({ ...question, mostBytes }, asked, ended));
  if (CancellationScope.current().consideredCancelled)
    throw new CancelledFailure('Child Workflow cancelled before it started');
  if (looked.hit === undefined) return next(input);
  const context = { type: 'workflow', namespace: workflowInfo().namespace, workflowId } as const;
  // The run that computed it: the child itself has none.
  return [
    Promise.resolve(looked.outcome.origin?.runId ?? ''),
    Promise.resolve(valueOf(looked.hit, context, typeInfo?.outputType)),
  ];
}
