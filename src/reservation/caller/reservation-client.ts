/**
 * The calls to Temporal that callers make. Each call has a timeout, and none of them waits for a
 * Worker.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type WorkflowClient,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { memoOf, staticTextsOf } from '../../wire/reservation-memo';
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
import { CLOSE, LEAVE, RESERVATION_TYPE, SETTLE, WAIT } from '../../wire/names';
import { Recent } from './recent';
import { type Reserved, SearchAttributes } from './search-attributes';

export type { Reserved };

/** The readable state of a reservation. */
export interface ReservationSnapshot {
  running: boolean;
  /** Identifies a Workflow Task that no Worker has completed yet. */
  pendingTask: string | undefined;
  memo: Partial<ReservationMemo>;
}

const CALL_MS = 10_000;
const SIGNALS_PER_RUN = 2_000;
/** How long a reservation stays open if the last one of its key was started just before. */
const OPEN_MS = 5_000;
const JUST_BEFORE_MS = 2 * OPEN_MS;
/** How long a process that ends waits for reservations to close, and for how long it pauses. */
const [CLOSE_MS, CLOSE_PAUSE_MS] = [1_000, 20];

export class ReservationCalls {
  private readonly attributes: SearchAttributes;
  /** The ids of the reservations that were started just before. */
  private readonly started = new Recent(JUST_BEFORE_MS);
  /** The ids of those that stay open. */
  private readonly keptOpen = new Recent(OPEN_MS);

  constructor(
    private readonly client: WorkflowClient,
    private readonly where: { identity: string; leaseMs: number; taskQueue: string | undefined },
  ) {
    this.attributes = new SearchAttributes(client);
  }

  /**
   * @returns whether `caller` holds the reservation now, because starting it grants the first turn
   */
  async start(reserved: Reserved, caller: Caller): Promise<boolean> {
    try {
      await this.attributes.startWith(reserved, (attributes) =>
        this.bounded(() =>
          this.client.start(RESERVATION_TYPE, {
            ...this.options(reserved, caller),
            ...attributes,
            workflowIdConflictPolicy: 'FAIL',
          }),
        ),
      );
      this.started.add(this.idOf(reserved), true);
      return true;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
      throw error;
    }
  }

  /**
   * Queues callers. If the reservation no longer exists, the first caller starts a new one and
   * holds it.
   */
  async wait(reserved: Reserved, callers: [Caller, ...Caller[]]): Promise<void> {
    await this.attributes.startWith(reserved, (attributes) =>
      this.bounded(() =>
        this.client.signalWithStart(RESERVATION_TYPE, {
          ...this.options(reserved, callers[0]),
          ...attributes,
          signal: WAIT,
          signalArgs: [callers],
        }),
      ),
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

  /** Sends a signal. A reservation that no longer exists needs none. */
  private async signal(reserved: Reserved, name: string, argument: unknown): Promise<void> {
    try {
      await this.bounded(() => this.handle(reserved).signal(name, argument));
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }

  /**
   * Closes the reservations that would stay open, because no Worker may process them later. Never
   * fails.
   */
  async close(): Promise<void> {
    await Promise.all(this.keptOpen.names.map((id) => this.closeOne(id).catch(() => undefined)));
  }

  private async closeOne(id: string): Promise<void> {
    const handle = this.client.getHandle(id);
    const end = Date.now() + CLOSE_MS;
    const inTime = <T>(call: () => Promise<T>) => this.client.withDeadline(end, call);
    await inTime(() => handle.signal(CLOSE));
    while ((await inTime(() => handle.describe())).status.name === 'RUNNING') await sleep(CLOSE_PAUSE_MS);
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
    const isFollowing = this.started.get(workflowId) === true;
    if (isFollowing) this.keptOpen.add(workflowId, true);
    const input: ReservationInput = {
      key,
      activityType,
      leaseMs,
      name,
      first,
      signalsPerRun: SIGNALS_PER_RUN,
      wakesByHost: true,
      ...(isFollowing && { openMs: OPEN_MS }),
    };
    return {
      workflowId,
      taskQueue: this.where.taskQueue ?? reservationQueue(this.where.identity),
      args: [input],
      memo: { ...memoOf(begunBy(first, Date.now()), input) },
      ...staticTextsOf(reserved, first, this.client.options.namespace),
      // If a Worker is killed during a Workflow Task, no other Worker can continue for this time.
      workflowTaskTimeout: '2 seconds',
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
