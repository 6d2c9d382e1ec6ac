/** Of a reservation's holders: who is to be asked for a sign of life, when, and what the answer means. */
import { proxyLocalActivities } from '@temporalio/workflow';
import type { Life, LivenessActivities } from '../activities/liveness';
import { attemptOf, type Held, type ReservationState } from '../reservation/protocol';

/** Local: not even a poller that is gone can keep them from being asked. */
const { lifeOf } = proxyLocalActivities<LivenessActivities>({
  scheduleToCloseTimeout: '10 seconds',
  startToCloseTimeout: '5 seconds',
  retry: { maximumAttempts: 2 },
});

/** A body this short is over before it is worth asking. */
const FIRST_QUESTION_MS = 2_000;
/** Who gives no sign of life is asked once more before its turn is taken: a store that is back may have the old sign only. */
const SECOND_QUESTION_MS = 1_500;

/** `'process'`: with the whole process it ran in. */
export type Gone = 'attempt' | 'process';

export class LivenessQuestions {
  private readonly times = new Map<string, number>();
  private readonly doubted = new Set<string>();

  constructor(
    private readonly state: ReservationState,
    private readonly leaseMs: number,
  ) {}

  /** While nobody waits, no question but the last one: when its time is over. */
  next(): { held: Held; at: number } {
    const { holding, waiting } = this.state;
    const all = holding.map((held) => {
      if (waiting.length === 0) return { held, at: this.deadlineOf(held) };
      const attempt = attemptOf(held);
      if (!this.times.has(attempt)) this.times.set(attempt, Date.now() + FIRST_QUESTION_MS);
      return { held, at: this.times.get(attempt)! };
    });
    return all.reduce((soonest, next) => (next.at < soonest.at ? next : soonest));
  }

  /** @returns undefined where it is alive, or there is no telling */
  async ask(held: Held): Promise<Gone | undefined> {
    if (Date.now() >= this.deadlineOf(held)) return 'attempt';
    if (this.state.waiting.length === 0) return undefined;
    const attempt = attemptOf(held);
    let life: Life;
    try {
      life = await lifeOf(held, { forMs: Date.now() - held.since, leaseMs: this.leaseMs });
    } catch {
      life = { gone: false, againInMs: FIRST_QUESTION_MS }; // not to be had
    }
    const again = life.quiet ? SECOND_QUESTION_MS : (life.againInMs ?? this.leaseMs);
    this.times.set(attempt, Date.now() + again);
    if (life.gone) return 'attempt';
    if (life.quiet && this.doubted.has(attempt)) return 'process';
    if (life.quiet) this.doubted.add(attempt);
    else this.doubted.delete(attempt);
    return undefined;
  }

  /** Then it is over, whatever became of it. */
  private deadlineOf({ since, forMs }: Held): number {
    return since + forMs + this.leaseMs;
  }
}
