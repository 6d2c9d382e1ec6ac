/** The call that a look-up is about, as its own Activity would appear. */
import type { Context, Info } from '@temporalio/activity';
import type { Place } from '../dependencies/dependencies';
import type { Question } from '../wire/questions';
import type { Caller } from '../wire/reservation';

/**
 * The context of the call itself, so that logs, metrics and keys refer to its Activity and not to
 * the look-up.
 */
export function contextOf(
  context: Context,
  { activityType, activityId }: Question,
  deployment?: string,
): Context {
  const info: Info & Pick<Place, 'deployment'> = {
    ...context.info,
    activityType,
    activityId,
    isLocal: false,
    deployment,
  };
  return Object.create(context, { info: { value: info } }) as Context;
}

export function callerOf(
  { info }: Context,
  { activityId, forMs, workflow }: Question,
  ticket: number,
): Caller {
  const { workflowId, runId } = info.workflowExecution!;
  const kind = workflow === undefined ? 'workflow' : 'run';
  const id = [workflowId, runId, ...(kind === 'run' ? [] : [activityId])].join('/');
  return { id, attempt: 1, kind, workflowId, runId, activityId, isLocal: false, ticket, forMs };
}
