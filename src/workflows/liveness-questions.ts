/** Of a reservation's holders: who is to be asked for a sign of life, when, and what the answer means. */
import { proxyLocalActivities } from '@temporalio/workflow';
import type { Life, LivenessActivities } from '../wire/liveness';
import { attemptOf, type Held, type ReservationState } from '../wire/reservation';

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
  private readonly quiet = new Set<string>();

  constructor(
    private readonly state: ReservationState,
    private readonly leaseMs: number,
  ) {}

  /** While nobody wants to know, no question but the last one: when its time is over. */
  next(): { held: Held; at: number } {
    const all = this.state.holding.map((held) => {
      const attempt = attemptOf(held);
      if (!this.isAsked(held))
        return { held, at: Math.max(this.deadlineOf(held), this.times.get(attempt) ?? 0) };
      if (!this.times.has(attempt)) this.times.set(attempt, Date.now() + FIRST_QUESTION_MS);
      return { held, at: this.times.get(attempt)! };
    });
    return all.reduce((soonest, next) => (next.at < soonest.at ? next : soonest));
  }

  /** @returns undefined where it is alive, or there is no telling */
  async ask(held: Held): Promise<Gone | undefined> {
    const isOver = Date.now() >= this.deadlineOf(held);
    if (isOver && held.kind !== 'run') return 'attempt'; // a run may be continued by others, each with a timeout of its own
    if (!isOver && !this.isAsked(held)) return undefined;
    const attempt = attemptOf(held);
    const askAgain = (inMs: number) => void this.times.set(attempt, Date.now() + inMs);
    let life: Life;
    try {
      life = await lifeOf(held, { forMs: Date.now() - held.since, leaseMs: this.leaseMs });
    } catch {
      askAgain(FIRST_QUESTION_MS); // not to be had
      return undefined;
    }
    if (life.gone) return 'attempt';
    if (life.quiet && this.quiet.has(attempt)) return 'process';
    askAgain(life.quiet ? SECOND_QUESTION_MS : (life.againInMs ?? this.leaseMs));
    if (life.quiet) this.quiet.add(attempt);
    else this.believe(held);
    return undefined;
  }

  private isAsked({ doubted }: Held): boolean {
    return this.state.waiting.length > 0 || doubted === true;
  }

  private believe(held: Held): void {
    this.quiet.delete(attemptOf(held));
    held.doubted = undefined;
  }

  /** Then an attempt is over, whatever became of it. */
  private deadlineOf({ since, forMs }: Held): number {
    return since + forMs + this.leaseMs;
  }
}
