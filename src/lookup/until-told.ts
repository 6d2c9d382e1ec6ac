/** Looks; where another call computes the value waits, and looks again; until there is a value, or the caller is to run. */
import { CancelledFailure } from '@temporalio/common';
import { CancellationScope } from '@temporalio/workflow';
import type { Looked } from './ask';
import type { WaitAnswer, Waited } from './protocol';
import type { Run } from './run';
import { settle } from './settle';
import type { Wait } from './waiting';

export type Told = Exclude<Looked, WaitAnswer>;

/**
 * @param caller - as its reservation knows it
 * @throws the cancellation of the scope, even where there is a value
 */
export async function untilTold(
  run: Run,
  caller: { id: string; activityType: string },
  look: (waited: Waited | undefined) => Promise<Looked>,
): Promise<Told> {
  let wait: Wait | undefined;
  let waited: Waited | undefined;
  const leave = (key: string) => settle({ ...caller, key, outcome: 'left' });
  try {
    for (;;) {
      const looked = await look(waited);
      if (CancellationScope.current().consideredCancelled) {
        const hasTurn = looked.hit === undefined && looked.answer === 'run' && looked.granted;
        if (hasTurn && looked.key !== undefined) await leave(looked.key);
        throw new CancelledFailure('Cancelled while it was looked up in the cache');
      }
      if (looked.hit !== undefined || looked.answer !== 'wait') return looked;
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
      waited = { ...looked, isOut: paused.woken === 'look' };
    }
  } finally {
    wait?.end();
  }
}
