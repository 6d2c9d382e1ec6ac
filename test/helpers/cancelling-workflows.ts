/** Cancels the scope of a call so many microtasks after its look-up was answered, or after it was scheduled. Workflow and interceptor. */
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
  after: 'look-up' | 'schedule';
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
        if (state.armed?.after === 'schedule') void cancel(state.armed);
        return next(input);
      },
    },
  ],
  internals: [
    {
      activate(input, next) {
        next(input);
        const answered = input.activation.jobs?.some(({ resolveActivity }) => resolveActivity?.isLocal);
        if (answered && state.armed?.after === 'look-up') void cancel(state.armed);
      },
    },
  ],
});

async function cancel({ microtasks, scope }: Armed): Promise<void> {
  for (let left = microtasks; left > 0; left--) await Promise.resolve();
  scope.cancel();
}

/**
 * Calls `f` with 0, 1, 2 … and cancels each call half so many microtasks after its look-up was answered (even), or after it was scheduled.
 * Stays open.
 * The query `ends` says of each call whether it had been scheduled by then.
 */
export async function cancelledBetween(calls: number): Promise<void> {
  const ends: string[] = [];
  setHandler(defineQuery<string[]>('ends'), () => ends);
  const { f } = proxyActivities<{ f(x: number): Promise<unknown> }>({ startToCloseTimeout: '1 minute', cache: true }); // prettier-ignore
  for (let call = 0; call < calls; call++) {
    const after = call % 2 === 0 ? 'look-up' : 'schedule';
    const scope = new CancellationScope();
    const armed: Armed = { scope, after, microtasks: Math.floor(call / 2), scheduled: false };
    state.armed = armed;
    const end = await armed.scope
      .run(() => f(call))
      .then(
        () => 'not cancelled',
        (error: unknown) => (isCancellation(error) ? 'cancelled' : String(error)),
      );
    ends.push(`${end}, ${armed.scheduled ? 'scheduled' : 'not scheduled'}`);
  }
  state.armed = undefined;
  await condition(() => false);
}
