/** Cancels the scope of a call so many microtasks after its look-up was answered: before it is scheduled, or just after. Workflow and interceptor. */
import {
  CancellationScope,
  condition,
  defineQuery,
  isCancellation,
  proxyActivities,
  setHandler,
  type WorkflowInterceptorsFactory,
} from '@temporalio/workflow';

export * from './lookup-workflows';

interface Armed {
  scope: CancellationScope;
  microtasks: number;
  scheduled: boolean;
}

/** On the Workflow's global object: its interceptors may have another copy of this module. */
const state = globalThis as { armed?: Armed };

export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity(input, next) {
        if (state.armed !== undefined) state.armed.scheduled = true;
        return next(input);
      },
    },
  ],
  internals: [
    {
      activate(input, next) {
        next(input);
        if (input.activation.jobs?.some(({ resolveActivity }) => resolveActivity?.isLocal)) void cancel(state.armed); // prettier-ignore
      },
    },
  ],
});

async function cancel(armed: Armed | undefined): Promise<void> {
  for (let left = armed?.microtasks ?? 0; left > 0; left--) await Promise.resolve();
  armed?.scope.cancel();
}

/**
 * Calls `f` with 0, 1, 2 … and cancels each call so many microtasks after its look-up was answered. Stays open.
 * The query `ends` says of each call whether it had been scheduled by then.
 */
export async function cancelledBetween(calls: number): Promise<void> {
  const ends: string[] = [];
  setHandler(defineQuery<string[]>('ends'), () => ends);
  const { f } = proxyActivities<{ f(x: number): Promise<unknown> }>({ startToCloseTimeout: '20 seconds', cache: true }); // prettier-ignore
  for (let microtasks = 0; microtasks < calls; microtasks++) {
    const armed: Armed = { scope: new CancellationScope(), microtasks, scheduled: false };
    state.armed = armed;
    const end = await armed.scope
      .run(() => f(microtasks))
      .then(
        () => 'not cancelled',
        (error: unknown) => (isCancellation(error) ? 'cancelled' : String(error)),
      );
    ends.push(`${end}, ${armed.scheduled ? 'scheduled' : 'not scheduled'}`);
  }
  state.armed = undefined;
  await condition(() => false);
}
