/** What callers ask Temporal for: each call bounded in time, none of them waits for a Worker. */
import { randomUUID } from 'node:crypto';
import {
  type WorkflowClient,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { memoOf } from '../../wire/reservation-memo';
import {
  type Attempt,
  begunBy,
  type Caller,
  reservationId,
  type ReservationInput,
  type ReservationMemo,
  reservationQueue,
  type Settled,
} from '../../wire/reservation';
import { LEAVE, RESERVATION_TYPE, SETTLE, WAIT } from '../../wire/names';

/** What is reserved. */
export interface Reserved {
  scope: string;
  activityType: string;
  key: string;
}

/** A reservation as it can be read; undefined where there is none. */
export interface ReservationSnapshot {
  running: boolean;
  /** Names a Workflow Task that no Worker has ended yet. */
  pendingTask: string | undefined;
  memo: Partial<ReservationMemo>;
}

const CALL_MS = 10_000;
const SIGNALS_PER_RUN = 2_000;

export class ReservationCalls {
  constructor(
    private readonly client: WorkflowClient,
    private readonly where: { identity: string; leaseMs: number; taskQueue: string | undefined },
  ) {}

  /** @returns whether `caller` has the turn now: the start is the grant */
  async start(reserved: Reserved, caller: Caller): Promise<boolean> {
    try {
      await this.bounded(() =>
        this.client.start(RESERVATION_TYPE, {
          ...this.options(reserved, caller),
          workflowIdConflictPolicy: 'FAIL',
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
      throw error;
    }
  }

  /** Puts callers in line; where there is no reservation any more, the first of them begins one and has the turn. */
  async wait(reserved: Reserved, callers: [Caller, ...Caller[]]): Promise<void> {
    await this.bounded(() =>
      this.client.signalWithStart(RESERVATION_TYPE, {
        ...this.options(reserved, callers[0]),
        signal: WAIT,
        signalArgs: [callers],
      }),
    );
  }

  leave(reserved: Reserved, callers: readonly Attempt[]): Promise<void> {
    const attempts = callers.map(({ id, attempt }): Attempt => ({ id, attempt }));
    return this.signal(reserved, LEAVE, attempts);
  }

  settle(reserved: Reserved, settled: Settled): Promise<void> {
    return this.signal(reserved, SETTLE, settled);
  }

  async read(reserved: Reserved): Promise<ReservationSnapshot | undefined> {
    try {
      const description = await this.bounded(() => this.handle(reserved).describe());
      return {
        running: description.status.name === 'RUNNING' || description.status.name === 'CONTINUED_AS_NEW',
        pendingTask: pendingTaskOf(description),
        memo: description.memo ?? {},
      };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  /** What is gone needs no word. */
  private async signal(reserved: Reserved, name: string, argument: unknown): Promise<void> {
    try {
      await this.bounded(() => this.handle(reserved).signal(name, argument));
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }

  private idOf(reserved: Reserved): string {
    return reservationId(this.where.identity, reserved);
  }

  private handle(reserved: Reserved): WorkflowHandle {
    return this.client.getHandle(this.idOf(reserved));
  }

  private options(reserved: Reserved, first: Caller) {
    const { key, activityType } = reserved;
    const workflowId = this.idOf(reserved);
    const { leaseMs } = this.where;
    const name = randomUUID();
    const input: ReservationInput = {
      key,
      activityType,
      leaseMs,
      name,
      first,
      signalsPerRun: SIGNALS_PER_RUN,
    };
    return {
      workflowId,
      taskQueue: this.where.taskQueue ?? reservationQueue(this.where.identity),
      args: [input],
      memo: { ...memoOf(begunBy(first, Date.now()), input) },
      staticSummary: `${activityType} ${key.slice(0, 12)}`,
      workflowTaskTimeout: '2 seconds', // of a Worker that was killed in the middle: so long nobody else can go on
    };
  }

  private bounded<T>(call: () => Promise<T>): Promise<T> {
    return this.client.withDeadline(Date.now() + CALL_MS, call);
  }
}

function pendingTaskOf({ raw }: WorkflowExecutionDescription): string | undefined {
  const { originalScheduledTime: at } = raw.pendingWorkflowTask ?? {};
  return at == null ? undefined : `${String(at.seconds)}.${at.nanos}`;
}
