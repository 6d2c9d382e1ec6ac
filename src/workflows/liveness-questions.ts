/**
 * Decides which holders of a reservation are checked for liveness, when, and what the answer means.
 */
import { proxyLocalActivities } from '@temporalio/workflow';
import type { Life, LivenessActivities } from '../wire/liveness';
import { attemptOf, type Held, type ReservationState } from '../wire/reservation';

/** Local Activities, so that a poller that is gone cannot prevent the question. */
const { lifeOf } = proxyLocalActivities<LivenessActivities>({
  scheduleToCloseTimeout: '10 seconds',
  startToCloseTimeout: '5 seconds',
  retry: { maximumAttempts: 2 },
});

/** A body shorter than this is over before it is worth asking. */
const FIRST_QUESTION_MS = 2_000;
/**
 * A holder whose lease is too old is checked once more before its turn is taken, because a store
 * that has just recovered may only have the old lease.
 */
const SECOND_QUESTION_MS = 1_500;

/** `'process'`: the whole process in which the attempt ran is gone. */
export type Gone = 'attempt' | 'process';

export class LivenessQuestions {
  private readonly times = new Map<string, number>();
  private readonly quiet = new Set<string>();

  constructor(
    private readonly state: ReservationState,
    private readonly leaseMs: number,
  ) {}

  /**
   * The next holder to check, and when. While no caller waits, only the end of a holder's time
   * limit is checked.
   */
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

  /** @returns undefined if the holder is alive, or if that is not known */
  async ask(held: Held): Promise<Gone | undefined> {
    const isOver = Date.now() >= this.deadlineOf(held);
    // A run may be continued by others, each with a timeout of its own.
    if (isOver && held.kind !== 'run') return 'attempt';
    if (!isOver && !this.isAsked(held)) return undefined;
    const attempt = attemptOf(held);
    const askAgain = (inMs: number) => void this.times.set(attempt, Date.now() + inMs);
    let life: Life;
    try {
      life = await lifeOf(held, { forMs: Date.now() - held.since, leaseMs: this.leaseMs });
    } catch {
      askAgain(FIRST_QUESTION_MS); // The answer was not available.
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

  /** When an attempt is over in any case, in milliseconds since 1970. */
  private deadlineOf({ since, forMs }: Held): number {
    return since + forMs + this.leaseMs;
  }
}
