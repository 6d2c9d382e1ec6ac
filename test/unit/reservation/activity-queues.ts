/** A line of callers in one process, before reservations that are not Temporal's, and before time that is not the clock's. */
import { ActivityQueue, type QueueAnswer } from '../../../src/reservation/caller/activity-queue';
import { WorkerWatch } from '../../../src/reservation/caller/stopwatch';
import type { Caller } from '../../../src/wire/reservation';
import { callerNamed, FakeReservations, reserved } from '../../helpers/fake-reservations';

export const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
export const refuse = () => {
  throw new Error('refused');
};

export function newLine(begin = true) {
  const fake = new FakeReservations();
  const errors: unknown[] = [];
  const state = { ended: 0 };
  const told: Record<string, QueueAnswer[]> = {};
  const behind: string[] = [];
  const workers = new WorkerWatch();
  const newOne = () =>
    new ActivityQueue(
      reserved,
      fake.calls,
      workers,
      begin,
      () => state.ended++,
      (error) => errors.push(error),
    );
  let line = newOne();
  const join = (...callers: (string | Caller)[]) => {
    for (const one of callers) {
      const caller = typeof one === 'string' ? callerNamed(one) : one;
      const list = (told[caller.id] ??= []);
      void line
        .join(caller, (holder) => behind.push(`${caller.id} behind ${holder}`))
        .then((word) => {
          list.push(word);
        });
    }
  };
  const again = () => (line = newOne());
  const leave = (id: string, attempt = 1) => line.leave(callerNamed(id, attempt));
  return {
    fake,
    errors,
    state,
    told,
    behind,
    join,
    leave,
    again,
    onHolderDone: (word: string) => line.onHolderDone(word),
  };
}

/** A line behind a holder in another process. */
export async function behindAnother(...ids: string[]) {
  const around = newLine();
  await around.fake.elsewhere((fake) => fake.start(reserved, callerNamed('other')));
  around.join(...ids);
  await pass(100);
  return around;
}

export const names = (n: number) => Array.from({ length: n }, (_, i) => `c${i}`);
