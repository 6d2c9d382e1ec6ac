import { condition, defineQuery, defineSignal, setHandler } from '@temporalio/workflow';

export const setDeadlineSignal = defineSignal<[number]>('setDeadline');
export const timeLeftQuery = defineQuery<number>('timeLeft');

export async function countdownWorkflow(): Promise<string> {
  const timer = new UpdatableTimer(Date.now() + 24 * 60 * 60 * 1000);
  setHandler(setDeadlineSignal, (deadline) => void (timer.deadline = deadline));
  setHandler(timeLeftQuery, () => timer.deadline - Date.now());
  await timer;
  return 'countdown done!';
}

/** To be awaited. Its deadline may change meanwhile. */
class UpdatableTimer implements PromiseLike<void> {
  private updated = false;
  private readonly promise = this.run();

  constructor(private until: number) {
    this.promise.catch(() => {}); // heard by whoever awaits it
  }

  private async run(): Promise<void> {
    await Promise.resolve(); // the deadline is set after this has begun
    do this.updated = false;
    while (await condition(() => this.updated, this.until - Date.now()));
  }

  then<A, B>(
    fulfilled?: (value: void) => A | PromiseLike<A>,
    rejected?: (reason: unknown) => B | PromiseLike<B>,
  ) {
    return this.promise.then(fulfilled, rejected);
  }

  set deadline(deadline: number) {
    this.until = deadline;
    this.updated = true;
  }

  get deadline(): number {
    return this.until;
  }
}
