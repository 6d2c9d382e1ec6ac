/**
 * How much may be returned by look-ups, labels included: the answers of one Workflow Task share one message of at most 4 MB, and all of
 * them stay in the history.
 */
export const INLINE_BYTES = 32 * 1024;
const TASK_BYTES = 1024 * 1024;
const RUN_BYTES = 10 * 1024 * 1024;
const IN_FLIGHT = 32;

export class Budget {
  private task: unknown;
  private ofTask = 0;
  private ofRun = 0;
  private inFlight = 0;
  private reserved = 0;
  private readonly waiting: (() => void)[] = [];

  /** @param taskNow - names the Workflow Task that is under way */
  constructor(private readonly taskNow: () => unknown) {}

  /**
   * One look-up, of one call, or one of several parts of so many calls together: told how large its value may be, 0 for none at all; tells how
   * large it was by `ended`, to be called once. At most 32 are under way.
   * Not async: the SDK traces each promise that a Workflow makes, and that is most of what a look-up takes here.
   */
  spend<T>(
    look: (mostBytes: number, ended: (bytes: number) => void) => Promise<T>,
    together?: { calls: number; parts: number },
  ): Promise<T> {
    if (this.inFlight < IN_FLIGHT) {
      this.inFlight++;
      return this.begin(look, together);
    }
    return new Promise((resolve) => this.waiting.push(() => resolve(this.begin(look, together))));
  }

  private begin<T>(
    look: (mostBytes: number, ended: (bytes: number) => void) => Promise<T>,
    together: { calls: number; parts: number } | undefined,
  ): Promise<T> {
    this.turnTo(this.taskNow());
    const { calls = 1, parts = 0 } = together ?? {};
    const mostBytes = this.share(calls * INLINE_BYTES, parts);
    this.reserved += mostBytes;
    return look(mostBytes, (bytes) => this.end(mostBytes, bytes));
  }

  private end(mostBytes: number, bytes: number): void {
    this.turnTo(this.taskNow());
    this.ofTask += bytes;
    this.ofRun += bytes;
    this.reserved -= mostBytes;
    const next = this.waiting.shift();
    if (next === undefined) this.inFlight--;
    else next();
  }

  /** Of what is left, evenly among those under way and those to come: most values are small, and then all of them fit. */
  private share(most: number, parts: number): number {
    const left = Math.min(TASK_BYTES - this.ofTask, RUN_BYTES - this.ofRun);
    const sharers = Math.min(IN_FLIGHT, Math.max(parts, this.inFlight + this.waiting.length));
    return Math.max(0, Math.min(most, Math.floor(left / sharers), left - this.reserved));
  }

  private turnTo(task: unknown): void {
    if (task !== this.task) this.ofTask = 0;
    this.task = task;
  }
}
