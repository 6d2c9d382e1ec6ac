/** The waits of a Workflow for calls of others, from the answers of its look-ups. */
import type { WaitAnswer } from '../wire/questions';

/** Times are in milliseconds since 1970. */
export interface SpanWait {
  /** The id of the caller that had the turn: Workflow id, run id and Activity id. */
  holder: string;
  fromMs: number;
  /** Undefined while it waits. */
  toMs?: number;
}

interface Call {
  activityType: string;
  activityId: string;
}

export class Waits {
  private readonly waiting = new Map<string, Call & { waits: SpanWait[] }>();

  /** A call that waits already goes on to wait, for the same or for another holder. */
  begin({ of, holder }: WaitAnswer, atMs: number): void {
    if (typeof of?.activityType !== 'string' || typeof of.activityId !== 'string') return;
    const waits = this.end(of, atMs);
    const last = waits.at(-1);
    if (last?.holder === holder) delete last.toMs;
    else waits.push({ holder, fromMs: atMs });
    this.waiting.set(nameOf(of), { ...of, waits });
  }

  /** Ends the wait of the call, if it has one. */
  end(call: Call, atMs: number): SpanWait[] {
    const waits = this.waiting.get(nameOf(call))?.waits ?? [];
    this.waiting.delete(nameOf(call));
    const last = waits.at(-1);
    if (last !== undefined) last.toMs = atMs;
    return waits;
  }

  /** The calls that still wait. */
  open(): (Call & { scheduledMs: number; waits: SpanWait[] })[] {
    return [...this.waiting.values()].map((call) => ({ ...call, scheduledMs: call.waits[0]!.fromMs }));
  }
}

const nameOf = ({ activityType, activityId }: Call): string => JSON.stringify([activityType, activityId]);
