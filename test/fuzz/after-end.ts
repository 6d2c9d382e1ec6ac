/**
 * Reports a run that makes commands in an activation after the one that has ended it. The SDK sends both in one Workflow Task, which the
 * server refuses again and again (temporalio/sdk-rust#772). The plugin drops such commands, so this interceptor is for runs without it.
 */
import { proxySinks, type WorkflowInterceptorsFactory } from '@temporalio/workflow';
import type { FuzzSinks } from './workflows';

const ENDS = [
  'completeWorkflowExecution',
  'failWorkflowExecution',
  'cancelWorkflowExecution',
  'continueAsNewWorkflowExecution',
] as const;

export const interceptors: WorkflowInterceptorsFactory = () => {
  const { fuzz } = proxySinks<FuzzSinks>();
  let hasEnded = false;
  return {
    internals: [
      {
        concludeActivation(input, next) {
          const { commands } = input;
          if (hasEnded && commands.some(({ respondToQuery }) => respondToQuery == null)) fuzz.afterEnd();
          hasEnded ||= commands.some((command) => ENDS.some((end) => command[end] != null));
          return next(input);
        },
      },
    ],
  };
};
