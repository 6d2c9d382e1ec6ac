import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** Hands the header of the start on to every Activity. */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let trace = {};
  return {
    inbound: [
      {
        execute(input, next) {
          trace = { trace: input.headers.trace };
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next({ ...input, headers: { ...input.headers, ...trace } }),
        startTimer: (input, next) => next(input),
      },
    ],
  };
};
