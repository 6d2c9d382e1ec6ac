/** Looks; where another call computes the value waits, and looks again; until there is a value, or the caller is to run. */
import { CancelledFailure } from '@temporalio/common';
import { CancellationScope } from '@temporalio/workflow';
import type { Looked } from './ask';
import type { RunAnswer, WaitAnswer, Waited } from './protocol';
import type { Run } from './run';
import { settle } from './settle';
import type { Wait } from './waiting';

export type Told = Exclude<Looked, WaitAnswer>;

/** Whether there is nothing to wait for, and nobody cancelled. */
export const isTold = (looked: Looked): looked is Told =>
  !CancellationScope.current().consideredCancelled && !waits(looked);

const waits = (looked: Looked): looked is WaitAnswer & { hit?: undefined; bytes: number } =>
  looked.hit === undefined && looked.answer === 'wait';

/**
 * @param caller - as its reservation knows it
 * @param first - what it was told when it looked
 * @throws the cancellation of the scope, even where there is a value
 */
export async function untilTold(
  run: Run,
  caller: { id: string; activityType: string },
  first: Looked,
  look: (waited: Waited) => Promise<Looked>,
): Promise<Told> {
  let wait: Wait | undefined;
  let looked = first;
  const leave = (key: string) => settle({ ...caller, key, outcome: 'left' });
  try {
    for (;;) {
      if (CancellationScope.current().consideredCancelled) {
        const { granted, key } = looked as Partial<RunAnswer>;
        if (granted && key !== undefined) await leave(key);
        throw new CancelledFailure('Cancelled while it was looked up in the cache');
      }
      if (!waits(looked)) return looked;
      const { key, begin } = looked;
      wait ??= run.waiting.begin(caller.id);
      const paused = await wait.pause(looked).catch(async (error: unknown) => {
        await leave(key); // cancelled
        throw error;
      });
      if (paused.enough) {
        await leave(key);
        return { answer: 'run', key, begin, alone: true, bytes: 0 };
      }
      looked = await look({ ...looked, isOut: paused.woken === 'look' });
    }
  } finally {
    wait?.end();
  }
}
