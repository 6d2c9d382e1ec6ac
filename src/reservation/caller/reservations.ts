/** One execution per key: the interface through which callers in this process use reservations. */
import type { WorkflowClient } from '@temporalio/client';
import type { Lease } from './lease';
import { ReservationCalls, type Reserved } from './reservation-client';
import { WorkflowQueue, type Inquiry, type Queued } from './workflow-queue';
import { ActivityQueue, type QueueAnswer } from './activity-queue';
import { WorkerWatch } from './stopwatch';
import { MAX_TIMER_MS } from '../../store/guard';
import type { Attempt, Caller, TurnOutcome, Verdict } from '../../wire/reservation';

/** The caller holds the reservation until it ends the turn. */
export interface Turn {
  end(outcome: TurnOutcome): Promise<void>;
}

/**
 * What a caller can wait with: `'none'` if reservations are not used, `'unready'` if they cannot be
 * reached.
 */
export type ReservationsOrNot = Reservations | 'none' | 'unready';

export interface WaitLimits {
  /** Aborted when the caller no longer waits. The signal's reason is thrown. */
  signal: AbortSignal;
  /**
   * How long the caller waits before it gets `'late'`, in milliseconds. Infinity: without a limit.
   */
  waitMs: number;
  /** Called with the holder of the reservation, if it is another caller. */
  behind: (holder: string) => void;
}

/** Processes reservations while this process waits for some, and renews its lease. */
export interface AuxiliaryThread {
  readonly lease: Lease;
  end(): Promise<void>;
}

export class Reservations {
  private readonly activityQueues = new Map<string, ActivityQueue>();
  private readonly workflowQueues = new Map<string, WorkflowQueue>();
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
   * @returns the turn, or a verdict (look again, or run without). `'unreserved'`: reservations
   *   cannot be reached. `'late'`: the wait took too long.
   */
  async acquire(
    reserved: Reserved,
    caller: Omit<Caller, 'process'>,
    limits: WaitLimits,
  ): Promise<Turn | Verdict | 'unreserved' | 'late'> {
    const known: Caller = { ...caller, process: this.auxiliary.lease.note };
    const answer = await this.waitInQueue(reserved, known, limits);
    if (answer !== 'turn') return answer;
    const turn = this.turn(reserved, known);
    if (!limits.signal.aborted) return turn;
    await turn.end('released');
    throw limits.signal.reason;
  }

  /**
   * Asks for the turn of a Workflow's call that is not scheduled yet, or queues the call.
   * @param before - the answer to its last inquiry
   */
  inquire(reserved: Reserved, caller: Caller, before?: Queued): Promise<Inquiry> {
    let queue = this.workflowQueues.get(reserved.key);
    if (queue === undefined) {
      queue = new WorkflowQueue(reserved, this.calls, () => this.workflowQueues.delete(reserved.key));
      this.workflowQueues.set(reserved.key, queue);
    }
    return queue.ask(caller, before);
  }

  /** Ends a turn that was asked for by {@link inquire}. */
  async end(reserved: Reserved, { id, attempt }: Attempt, outcome: TurnOutcome): Promise<void> {
    await this.calls.settle(reserved, { id, attempt, outcome }).catch(this.failed);
  }

  /**
   * Removes a caller that waits after {@link inquire}, or that holds a turn and does not use it.
   */
  async leave(reserved: Reserved, attempt: Attempt): Promise<void> {
    await this.calls.leave(reserved, [attempt]).catch(this.failed);
  }

  /** Must be called before the process no longer processes reservations. Never fails. */
  async close(): Promise<void> {
    await this.calls.close();
  }

  private async waitInQueue(
    reserved: Reserved,
    caller: Caller,
    { signal, waitMs, behind }: WaitLimits,
  ): Promise<QueueAnswer | 'late'> {
    signal.throwIfAborted();
    const queue = this.activityQueueOf(reserved);
    let timer: NodeJS.Timeout | undefined;
    let stop = () => {};
    const ended = new Promise<'late'>((resolve, reject) => {
      // The caller leaves at once. Otherwise it might be granted a turn a moment later that it
      // would not use.
      const leave = (end: () => void) => () => {
        queue.leave(caller);
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
      return await Promise.race([queue.join(caller, behind), ended]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  private activityQueueOf(reserved: Reserved): ActivityQueue {
    const { key } = reserved;
    let queue = this.activityQueues.get(key);
    if (queue === undefined) {
      const mayBeFree = !this.holding.has(key);
      const ended = () => this.activityQueues.delete(key);
      queue = new ActivityQueue(reserved, this.calls, this.workers, mayBeFree, ended, this.failed);
      this.activityQueues.set(key, queue);
    }
    return queue;
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
        this.activityQueues.get(key)?.onHolderDone(outcome);
        try {
          await this.calls.settle(reserved, { id, attempt, outcome });
        } catch (error) {
          // The reservation notices by itself that this Activity is no longer running.
          this.failed(error);
        }
        this.auxiliary.lease.end();
      },
    };
  }
}
