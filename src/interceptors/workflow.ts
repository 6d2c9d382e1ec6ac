/**
 * The Workflow's part: hands the run's control on to what it schedules. No command, no await, no promise of its own: recorded
 * histories replay with it and without it.
 */
import type { Headers, Payload } from '@temporalio/common';
import { log, type WorkflowInterceptorsFactory, workflowInfo } from '@temporalio/workflow';
import { CONTROL, HELD, readControl, readHeader, writeHeader } from '../policy/control';
import { WORKFLOW_INTERCEPTORS } from './workflow-marker';

export const interceptors: WorkflowInterceptorsFactory = () => {
  let ours: Headers | undefined;

  const handOn = <I extends { headers: Headers }>(input: I): I =>
    ours === undefined ? input : { ...input, headers: { ...input.headers, ...ours } };

  return {
    inbound: [
      {
        execute(input, next) {
          const control = controlOf(input.headers[CONTROL]);
          const held = input.headers[HELD];
          if (control !== undefined) ours = { [CONTROL]: control };
          if (held !== undefined) ours = { ...ours, [HELD]: held };
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(handOn(input)),
        scheduleLocalActivity: (input, next) => next(handOn(input)),
        startChildWorkflowExecution: (input, next) => next(handOn(input)),
        continueAsNew: (input, next) => next(handOn(input)),
      },
    ],
  };
};

/** The header, else the memo field; with the run whose overwritten values are fresh, which only the top Workflow may name. */
function controlOf(header: Payload | undefined): Payload | undefined {
  const { memo, parent, cronSchedule, runId, firstExecutionRunId } = workflowInfo();
  const { control, problem } = header === undefined ? readControl(memo?.[CONTROL]) : readHeader(header);
  if (problem !== undefined) {
    log.warn(
      `${WORKFLOW_INTERCEPTORS}: the ${header === undefined ? 'memo field' : 'header'} '${CONTROL}' is ignored: ${problem}`,
    );
  }
  if (control === undefined) return undefined;
  // Runs of a cron chain share the first one's id, and each is a run of its own.
  const own = cronSchedule === undefined || cronSchedule === '' ? firstExecutionRunId : runId;
  const inherited = parent === undefined ? undefined : control.run;
  return writeHeader({ ...control, run: inherited ?? own });
}
