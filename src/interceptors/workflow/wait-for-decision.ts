/**
 * Repeats a look-up while another call computes the value, until there is a value or the caller
 * must run.
 */
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { Looked } from './ask';
import type { Limit } from './limit';
import type { RunAnswer, WaitAnswer, Waited } from '../../wire/questions';
import type { Run } from './run';
import { settle } from './settle';
import type { Wait } from './waiting';

export type Decision = Exclude<Looked, WaitAnswer>;

/** Whether the call need not wait and its scope is not cancelled. */
export const isDecided = (looked: Looked): looked is Decision =>
  !CancellationScope.current().consideredCancelled && !waits(looked);

const waits = (looked: Looked): looked is WaitAnswer & { hit?: undefined; bytes: number } =>
  looked.hit === undefined && looked.answer === 'wait';

/**
 * Waits until the call is decided.
 * @param caller - the caller, as its reservation identifies it
 * @param first - the result of the first look-up
 * @throws the cancellation of the scope, even if there is a value, or a timeout error if the call's
 *   own timeouts have passed
 */
export async function waitForDecision(
  run: Run,
  caller: { id: string; activityType: string },
  first: Looked,
  look: (waited: Waited) => Promise<Looked>,
  limit: Pick<Limit, 'waitMs' | 'failure' | 'cancelled'>,
): Promise<Decision> {
  let wait: Wait | undefined;
  let looked = first;
  const leave = (key: string) => settle(run, { ...caller, key, outcome: 'left' });
  try {
    for (;;) {
      if (CancellationScope.current().consideredCancelled) {
        const { granted, key } = looked as Partial<RunAnswer>;
        if (granted && key !== undefined) await leave(key);
        throw limit.cancelled();
      }
      if (!waits(looked)) return looked;
      const { key, begin, waitMs = Infinity, pending, holder } = looked;
      wait ??= run.waiting.begin(caller.id, caller.activityType);
      const paused = await wait
        .pause({ waitMs: Math.min(waitMs, limit.waitMs), pending, holder })
        .catch(async (error: unknown) => {
          await leave(key);
          throw isCancellation(error) ? limit.cancelled() : error;
        });
      if (paused.enough) {
        await leave(key);
        if (limit.waitMs !== Infinity && limit.waitMs <= waitMs) throw limit.failure();
        return { answer: 'run', key, begin, unreserved: true, bytes: 0 };
      }
      looked = await look({ ...looked, isOut: paused.woken === 'look' });
    }
  } finally {
    wait?.end();
  }
}
