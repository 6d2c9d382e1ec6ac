/** Reservations without Temporal: the machine that the Workflow runs, answering at once. Any call can be slow, refused, or lose its answer. */
import type {
  ReservationCalls,
  Reserved,
  ReservationSnapshot,
} from '../../src/reservation/caller/reservation-client';
import { Machine } from '../../src/workflows/machine';
import { memoOf } from '../../src/wire/reservation-memo';
import {
  type Attempt,
  attemptOf,
  begunBy,
  type Caller,
  type ReservationMemo,
  type Settled,
} from '../../src/wire/reservation';

type Call = 'start' | 'wait' | 'leave' | 'settle' | 'read';

export const reserved: Reserved = { scope: '', activityType: 'f', key: 'key' };

export const callerNamed = (id: string, attempt = 1): Caller => ({
  id,
  attempt,
  kind: 'slot',
  activityId: id,
  isLocal: false,
  ticket: attempt,
  forMs: 60_000,
});

export class FakeReservations implements Pick<ReservationCalls, Call> {
  /** What was asked for, and by whom: `wait a#1 b#1`. */
  readonly log: string[] = [];
  /** Before it is done; what throws refuses it. */
  before: Partial<Record<Call, () => Promise<void> | void>> = {};
  /** It is done; what throws loses the answer. */
  after: Partial<Record<Call, () => Promise<void> | void>> = {};
  pendingTask: string | undefined;
  /** What its memo says instead. */
  memo: Partial<ReservationMemo> = {};
  private machine?: Machine;
  private count = 0;

  get calls(): ReservationCalls {
    return this as unknown as ReservationCalls;
  }

  get state() {
    return this.machine!.state;
  }

  get holding(): string[] {
    return this.running ? this.state.holding.map(attemptOf) : [];
  }

  get waiting(): string[] {
    return this.running ? this.state.waiting.map(attemptOf) : [];
  }

  get running(): boolean {
    return this.machine?.idle === false;
  }

  asked(call: Call): string[] {
    return this.log.filter((line) => line.split(' ')[0] === call);
  }

  /** By a process elsewhere. */
  async elsewhere(act: (fake: this) => Promise<unknown>): Promise<void> {
    const { before, after, log } = this;
    Object.assign(this, { before: {}, after: {}, log: [] });
    await act(this);
    Object.assign(this, { before, after, log });
  }

  /** Everything that was known of it is gone. */
  lose(): void {
    this.machine = undefined;
  }

  start(_reserved: Reserved, caller: Caller): Promise<boolean> {
    return this.do('start', [caller], () => {
      if (this.running) return false;
      this.begin(caller);
      return true;
    });
  }

  wait(_reserved: Reserved, callers: [Caller, ...Caller[]]): Promise<void> {
    return this.do('wait', callers, () => {
      if (!this.running) this.begin(callers[0]);
      for (const caller of callers) this.machine!.wait(caller);
    });
  }

  leave(_reserved: Reserved, callers: readonly Attempt[]): Promise<void> {
    return this.do('leave', callers, () => {
      for (const caller of callers) this.machine?.leave(caller);
    });
  }

  settle(_reserved: Reserved, settled: Settled): Promise<void> {
    return this.do('settle', [settled], () => this.machine?.settle(settled), settled.outcome);
  }

  read(): Promise<ReservationSnapshot | undefined> {
    return this.do('read', [], () => {
      if (this.machine === undefined) return undefined;
      const memo = { ...memoOf(this.state, { ...reserved, name: String(this.count) }), ...this.memo };
      return { running: this.running, pendingTask: this.pendingTask, memo };
    });
  }

  private begin(caller: Caller): void {
    this.count++;
    this.machine = new Machine(begunBy(caller, Date.now()), Date.now);
  }

  private async do<T>(call: Call, callers: readonly Attempt[], act: () => T, ...more: string[]): Promise<T> {
    this.log.push([call, ...callers.map(attemptOf), ...more].join(' '));
    await this.before[call]?.();
    const answer = act();
    await this.after[call]?.();
    return answer;
  }
}
