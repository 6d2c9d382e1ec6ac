/** Waits for the turn of a serialized call, and looks again. */
import type { Context } from '@temporalio/activity';
import { CacheStoreError } from '../../errors';
import { callerOf, heartbeatsOf } from '../../reservation/caller/caller';
import type { Turn } from '../../reservation/caller/reservations';
import type { Drawn } from '../../store/store';
import type { Missed, LookResult, Services } from '../../worker/look';

export interface CallToReserve {
  key: string;
  context: Context;
  looked: Missed & { drawn: Drawn };
  /** The keys that callers above hold. A call that waits for one of them would wait for itself. */
  held: readonly string[];
  waitTimeoutMs?: number;
  /** Looks up the value again. */
  look: () => Promise<LookResult>;
}

/**
 * @throws the call's own cancellation, or {@link CacheStoreError} with `onStoreError: 'fail'`, and
 *   nothing else
 */
export async function takeTurn(
  { key, context, looked, held, waitTimeoutMs = Infinity, look }: CallToReserve,
  { scope, reservations: ready, reporter, failsOnStoreError }: Services,
): Promise<{ seen: LookResult; turn?: Turn }> {
  const { activityType } = context.info;
  const { ticket } = looked.drawn;
  const deadline = performance.now() + waitTimeoutMs;
  const heartbeats = heartbeatsOf(context);
  const wait = reporter.wait(context, key);
  try {
    const reservations = held.includes(key) ? 'none' : await ready();
    if (reservations === 'unready' && failsOnStoreError) throw unanswered(key);
    if (typeof reservations === 'string') return { seen: { ...looked, why: 'unserialized' } };
    const caller = callerOf(context.info, ticket);
    for (;;) {
      const answer = await reservations.acquire({ scope, activityType, key }, caller, {
        signal: context.cancellationSignal,
        waitMs: deadline - performance.now(),
        behind: (holder) => {
          wait.behind(holder);
          heartbeats.behind(holder);
        },
      });
      if (answer === 'unreserved' && failsOnStoreError) throw unanswered(key);
      const turn = typeof answer === 'object' ? answer : undefined;
      const seen = await look();
      if (seen.hit) {
        await turn?.end('stored');
        return { seen };
      }
      if (seen.error !== undefined && failsOnStoreError) {
        await turn?.end('released');
        throw seen.error;
      }
      if (turn !== undefined) return { seen, turn };
      if (answer !== 'look') return { seen: { ...seen, why: 'unserialized' } };
    }
  } finally {
    heartbeats.stop();
    wait.over();
  }
}

const unanswered = (key: string) =>
  new CacheStoreError(`Reservation failed [key=${key}]: no Worker processes it, or it cannot be reached`);
