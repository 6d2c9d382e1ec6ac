/**
 * How long something lasts, by those who look at it: the time in which nobody could look, since a body kept the event loop busy, proves
 * nothing and does not count.
 */
const MAX_BETWEEN_LOOKS_MS = 1_500;

export class Stopwatch {
  private ms = 0;
  private last = performance.now();
  private what: unknown;

  /** @returns for how long `what` has been so by now, in milliseconds; something else begins anew */
  with(what: unknown): number {
    const now = performance.now();
    this.ms = what === this.what ? this.ms + Math.min(MAX_BETWEEN_LOOKS_MS, now - this.last) : 0;
    this.last = now;
    this.what = what;
    return this.ms;
  }
}

const [USUAL_MS, AFTER_NOBODY_MS] = [20_000, 1_000];

/** Whether anybody works on reservations: where nobody did, the next caller finds out sooner. */
export class WorkerWatch {
  private afterMs = USUAL_MS;

  /** @param unanswered - for how long one Workflow Task was not ended; undefined where none waits */
  isMissing(unanswered: number | undefined): boolean {
    const missing = unanswered !== undefined && unanswered > this.afterMs;
    if (missing) this.afterMs = AFTER_NOBODY_MS;
    else if (unanswered === undefined) this.afterMs = USUAL_MS;
    return missing;
  }
}
