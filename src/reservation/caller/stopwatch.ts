/**
 * The longest interval between two observations that counts. While a body blocks the event loop
 * nothing can be observed, so the rest of a longer interval proves nothing.
 */
const MAX_BETWEEN_LOOKS_MS = 1_500;

/** Measures how long a state lasts, from the times at which it is observed. */
export class Stopwatch {
  private ms = 0;
  private last = performance.now();
  private what: unknown;

  /**
   * @returns how long the state has been `what`, in milliseconds. A different state starts from
   *   zero.
   */
  with(what: unknown): number {
    const now = performance.now();
    this.ms = what === this.what ? this.ms + Math.min(MAX_BETWEEN_LOOKS_MS, now - this.last) : 0;
    this.last = now;
    this.what = what;
    return this.ms;
  }
}

const [USUAL_MS, AFTER_NOBODY_MS] = [20_000, 1_000];

/**
 * Detects that no Worker processes reservations. Once none did, the next caller detects it sooner.
 */
export class WorkerWatch {
  private afterMs = USUAL_MS;

  /**
   * @param unanswered - how long one Workflow Task has not been completed, in milliseconds.
   *   Undefined if none is pending.
   */
  isMissing(unanswered: number | undefined): boolean {
    const missing = unanswered !== undefined && unanswered > this.afterMs;
    if (missing) this.afterMs = AFTER_NOBODY_MS;
    else if (unanswered === undefined) this.afterMs = USUAL_MS;
    return missing;
  }
}
