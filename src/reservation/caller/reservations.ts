/** One execution per key: what callers in this process see of reservations. */
import type { WorkflowClient } from '@temporalio/client';
import type { Lease } from './lease';
import { ReservationCalls, type Reserved } from './reservation-client';
import { WorkflowQueue, type Inquiry, type Queued } from './workflow-queue';
import { ActivityQueue, type QueueAnswer } from './activity-queue';
import { WorkerWatch } from './stopwatch';
import type { Attempt, Caller, TurnOutcome, Verdict } from '../../wire/reservation';

/** It is this caller's turn, until it says how that ended. */
export interface Turn {
  end(outcome: TurnOutcome): Promise<void>;
}

/** What there is for waiting: `'none'` where there is to be nothing, `'unready'` where it cannot be had. */
export type ReservationsOrNot = Reservations | 'none' | 'unready';

export interface WaitLimits {
  /** Aborted: the caller waits no longer, and its reason is thrown. */
  signal: AbortSignal;
  /** Then it is `'late'`; Infinity: as long as it takes. */
  waitMs: number;
  /** QueueAnswer who has the turn, where another one has. */
  behind: (holder: string) => void;
}

/** Node fires a timer of more at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Works on reservations while this process waits for some, and says that it lives. */
export interface AuxiliaryThread {
  readonly lease: Lease;
  end(): Promise<void>;
}

export class Reservations {
  private readonly lines = new Map<string, ActivityQueue>();
  private readonly enquiries = new Map<string, WorkflowQueue>();
  private readonly holding = new Map<string, number>();
  private readonly calls: ReservationCalls;
  private readonly workers = new WorkerWatch();

  constructor(
    client: WorkflowClient,
    readonly auxiliary: AuxiliaryThread,
    options: { identity: string; leaseMs: number; taskQueue: string | undefined },
    private readonly failed: (error: unknown) => void,
  ) {
    this.calls = new ReservationCalls(client, options);
  }

  /**
   * Waits for the turn of `caller`.
   * @returns the turn; or a verdict: look again, or run without; or why there is neither: reservations are out of reach (`'unreserved'`), it took
   * too long (`'late'`)
   */
  async acquire(
    reserved: Reserved,
    caller: Omit<Caller, 'process'>,
    limits: WaitLimits,
  ): Promise<Turn | Verdict | 'unreserved' | 'late'> {
    const known: Caller = { ...caller, process: this.auxiliary.lease.note };
    const told = await this.waitInLine(reserved, known, limits);
    if (told !== 'turn') return told;
    const turn = this.turn(reserved, known);
    if (!limits.signal.aborted) return turn;
    await turn.end('released');
    throw limits.signal.reason;
  }

  /**
   * Of a Workflow whose call is not scheduled yet: asks for its turn, or puts it in line.
   * @param before - what it was told when it last asked
   */
  inquire(reserved: Reserved, caller: Caller, before?: Queued): Promise<Inquiry> {
    let enquiries = this.enquiries.get(reserved.key);
    if (enquiries === undefined) {
      enquiries = new WorkflowQueue(reserved, this.calls, () => this.enquiries.delete(reserved.key));
      this.enquiries.set(reserved.key, enquiries);
    }
    return enquiries.ask(caller, before);
  }

  /** Ends a turn that was asked for by {@link inquire}. */
  async end(reserved: Reserved, { id, attempt }: Attempt, outcome: TurnOutcome): Promise<void> {
    await this.calls.settle(reserved, { id, attempt, outcome }).catch(this.failed);
  }

  /** Of who waits by {@link inquire}, or has a turn by it and does not use it. */
  async leave(reserved: Reserved, attempt: Attempt): Promise<void> {
    await this.calls.leave(reserved, [attempt]).catch(this.failed);
  }

  private async waitInLine(
    reserved: Reserved,
    caller: Caller,
    { signal, waitMs, behind }: WaitLimits,
  ): Promise<QueueAnswer | 'late'> {
    signal.throwIfAborted();
    const line = this.lineOf(reserved);
    let timer: NodeJS.Timeout | undefined;
    let stop = () => {};
    const ended = new Promise<'late'>((resolve, reject) => {
      // Left at once: a moment later it might be told its turn, and nobody would take it.
      const leave = (end: () => void) => () => {
        line.leave(caller);
        end();
      };
      stop = leave(() => reject(signal.reason as Error));
      if (waitMs < MAX_TIMER_MS)
        timer = setTimeout(
          leave(() => resolve('late')),
          waitMs,
        );
      signal.addEventListener('abort', stop);
    });
    try {
      return await Promise.race([line.join(caller, behind), ended]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  private lineOf(reserved: Reserved): ActivityQueue {
    const { key } = reserved;
    let line = this.lines.get(key);
    if (line === undefined) {
      const mayBeFree = !this.holding.has(key);
      const ended = () => this.lines.delete(key);
      line = new ActivityQueue(reserved, this.calls, this.workers, mayBeFree, ended, this.failed);
      this.lines.set(key, line);
    }
    return line;
  }

  private turn(reserved: Reserved, { id, attempt }: Caller): Turn {
    const { key } = reserved;
    this.holding.set(key, (this.holding.get(key) ?? 0) + 1);
    this.auxiliary.lease.begin();
    return {
      end: async (outcome) => {
        const left = this.holding.get(key)! - 1;
        if (left === 0) this.holding.delete(key);
        else this.holding.set(key, left);
        this.lines.get(key)?.onHolderDone(outcome);
        try {
          await this.calls.settle(reserved, { id, attempt, outcome });
        } catch (error) {
          this.failed(error); // the reservation finds out by itself that this Activity is not running any more
        }
        this.auxiliary.lease.end();
      },
    };
  }
}
