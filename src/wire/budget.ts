/**
 * How much may be returned by look-ups, labels included: the answers of one Workflow Task share one message of at most 4 MB, and all of
 * them stay in the history.
 */
export const INLINE_BYTES = 32 * 1024;
const TASK_BYTES = 1024 * 1024;
const RUN_BYTES = 10 * 1024 * 1024;

export class Budget {
  private task: unknown;
  private ofTask = 0;
  private ofRun = 0;

  /** @param taskNow - names the Workflow Task that is under way */
  constructor(private readonly taskNow: () => unknown) {}

  /** How large all values of so many look-ups may be together; 0 for none at all. */
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
