import {
  defineQuery,
  proxyActivities,
  setHandler,
  sleep,
  workflowInfo,
  type WorkflowInterceptors,
} from '@temporalio/workflow';
import type { createActivities } from './activities';

const { publish } = proxyActivities<ReturnType<typeof createActivities>>({
  startToCloseTimeout: '30 minutes',
});

export interface Versioned {
  version: number;
  value: number;
}

const state = {
  version: 0,
  current: 0,
  draft: 0,
  lastPublish: Promise.resolve() as Promise<unknown>,
  syncComplete: false,
  workflowComplete: false,
};

export function subscribableState(initial: number): { value: number } {
  state.draft = state.current = initial;
  setHandler(defineQuery<Versioned>('getValue'), () => ({ value: state.current, version: state.version }));
  return {
    get value() {
      return state.draft;
    },
    set value(value) {
      state.draft = value;
    },
  };
}

/** Publishes what changed when an activation ends, from outside of the Workflow's own code. */
export const interceptors = (): WorkflowInterceptors => ({
  internals: [
    {
      concludeActivation({ commands }, next) {
        if (state.draft !== state.current) {
          state.current = state.draft;
          const [version, value] = [++state.version, state.current];
          state.lastPublish = state.lastPublish.then(() =>
            publish(workflowInfo().workflowId, version, value).catch(() => undefined),
          );
        }
        if (state.workflowComplete) void state.lastPublish.then(() => (state.syncComplete = true));
        return next({ commands });
      },
    },
  ],
  inbound: [
    {
      async execute(input, next) {
        try {
          return await next(input);
        } finally {
          state.workflowComplete = true;
          while (!state.syncComplete) await sleep(20); // what an activation's end begins is sent with the next one
        }
      },
    },
  ],
});
