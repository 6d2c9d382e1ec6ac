/**
 * The Workflow interceptors: they pass the run's control on to everything the run schedules, and
 * look up the calls that ask for it. Otherwise they add no command, no await and no promise, so
 * that recorded histories replay with and without them.
 */
import type { Headers, Payload } from '@temporalio/common';
import { log, type WorkflowInterceptorsFactory, workflowInfo } from '@temporalio/workflow';
import { AfterEnd } from './after-end';
import { callActivity } from './look-up-call';
import { headersOfQuestion } from './ask';
import { callerOf } from './ask-host';
import { startChild } from './look-up-child';
import { notYours } from '../../wire/questions';
import { CONTROL, HELD, RESOLVE } from '../../wire/names';
import { isPending, missingParts } from './sdk';
import { beginRun } from './run';
import { executeWorkflow } from './cached-workflow-run';
import { type TravellingControl, writeHeader } from '../../wire/run-control';
import { readControl, readHeader } from '../../options/run-control';
import { WORKFLOW_INTERCEPTORS } from '../../wire/marker';

export const interceptors: WorkflowInterceptorsFactory = () => {
  const run = beginRun();
  const afterEnd = new AfterEnd();

  return {
    inbound: [
      {
        execute(input, next) {
          const missing = missingParts();
          if (missing.length > 0) {
            log.warn(
              `activity cache: nothing is looked up in Workflows: this version of @temporalio/workflow has no ${missing.join(', ')}`,
            );
            run.gate.shut();
          }
          const held = input.headers[HELD];
          run.control = controlOf(input.headers[CONTROL]);
          if (run.control !== undefined) run.headers = { [CONTROL]: writeHeader(run.control) };
          if (held !== undefined) run.headers = { ...run.headers, [HELD]: held };
          return executeWorkflow(run, input, next);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity(input, next) {
          const { activityType: type, options } = input;
          run.report.scheduled(input);
          const { taskQueue, cache, activityId = `${input.seq}` } = options;
          // If a call sets its own version, its result does not show which Worker's code made it.
          const call = cache === undefined || cache === true ? activityId : undefined;
          run.uses?.add({ kind: 'activity', taskQueue, type }, call);
          return callActivity(run, input, next);
        },
        scheduleLocalActivity(input, next) {
          const { activityType: type } = input;
          run.report.scheduled(input);
          const caller = callerOf(type, input.args);
          if (caller === 'forged') return Promise.reject(notYours(type));
          if (caller === 'ours') {
            run.host.sent(input.seq);
            const headers = type === RESOLVE ? headersOfQuestion(input.args) : undefined;
            return next(run.handOn(headers === undefined ? input : withHeaders(input, headers)));
          }
          run.uses?.add({ kind: 'activity', type }, `${input.seq}`);
          const result = next(run.handOn(input));
          if (isPending(input.seq)) run.host.localActivityScheduled(input.seq);
          return result;
        },
        startChildWorkflowExecution: (input, next) => startChild(run, input, next),
        continueAsNew: (input, next) => next(run.handOnToNextRun(input)),
      },
    ],
    internals: [
      {
        activate(input, next) {
          run.report.arrived(input);
          const { activation } = input;
          const deliver = () =>
            run.host.activate(activation.jobs ?? [], activation.isReplaying ?? false, (jobs) =>
              next({ ...input, activation: { ...activation, jobs } }),
            );
          run.report.deliver(input, () => run.waiting.calls, deliver);
          run.updates.arrived();
        },
        concludeActivation(input, next) {
          run.host.concluded();
          return next(afterEnd.allowed(input));
        },
      },
    ],
  };
};

const withHeaders = <I extends { headers: Headers }>(input: I, headers: Headers): I => ({
  ...input,
  headers: { ...input.headers, ...headers },
});

/**
 * The control from the header, or else from the memo field. It includes the run whose overwritten
 * values are fresh, which only the top Workflow may name.
 */
function controlOf(header: Payload | undefined): TravellingControl | undefined {
  const { memo, parent, cronSchedule, runId, firstExecutionRunId } = workflowInfo();
  const { control, problem, warning } =
    header === undefined ? readControl(memo?.[CONTROL]) : readHeader(header);
  const place = `${WORKFLOW_INTERCEPTORS}: the ${header === undefined ? 'memo field' : 'header'} '${CONTROL}'`;
  if (problem !== undefined) log.warn(`${place} is ignored: ${problem}`);
  if (warning !== undefined) log.warn(`${place}: ${warning}`);
  if (control === undefined) return undefined;
  // All runs of a cron chain have the same first run id, but each is a separate run here.
  const own = cronSchedule === undefined || cronSchedule === '' ? firstExecutionRunId : runId;
  const inherited = parent === undefined ? undefined : control.run;
  return { ...control, run: inherited ?? own };
}
