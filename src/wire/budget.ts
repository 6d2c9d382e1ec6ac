/**
 * The maximum size of one value that a look-up returns, in bytes, label included. All answers of
 * one Workflow Task share one message of at most 4 MB, and all of them stay in the history, so a
 * Workflow Task and a run have limits too.
 */
export const INLINE_BYTES = 32 * 1024;
const TASK_BYTES = 1024 * 1024;
const RUN_BYTES = 10 * 1024 * 1024;

export class Budget {
  private task: unknown;
  private ofTask = 0;
  private ofRun = 0;

  /** @param taskNow - identifies the current Workflow Task */
  constructor(private readonly taskNow: () => unknown) {}

  /** The maximum size of all values of this number of look-ups together, in bytes. 0: no values. */
  allow(calls: number): number {
    this.turnTo(this.taskNow());
    const left = Math.min(TASK_BYTES - this.ofTask, RUN_BYTES - this.ofRun);
    return Math.max(0, Math.min(calls * INLINE_BYTES, left));
  }

  spend(bytes: number): void {
    this.turnTo(this.taskNow());
    this.ofTask += bytes;
    this.ofRun += bytes;
  }

  private turnTo(task: unknown): void {
    if (task !== this.task) this.ofTask = 0;
    this.task = task;
  }
}
