/**
 * The waiting callers of one key in this process. They are queued together and answered together:
 * one read answers all of them, and the result of a holder in this process needs no read.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reserved, ReservationCalls, ReservationSnapshot } from './reservation-client';
import { type WorkerWatch, Stopwatch } from './stopwatch';
import {
  attemptOf,
  type Caller,
  CALLERS_PER_SIGNAL,
  MAX_WAITING,
  type Verdict,
} from '../../wire/reservation';

/**
 * `'turn'`: the caller holds the reservation. A verdict: look again, or run. `'unreserved'`: the
 * reservation cannot be obtained, so the caller runs without it.
 */
export type QueueAnswer = 'turn' | Verdict | 'unreserved';

interface Waiter {
  caller: Caller;
  /** The epoch of the reservation when the caller was queued. */
  epoch?: string;
  queued: boolean;
  /** When it must be queued (again), on the clock of `performance`. */
  due: number;
  /** The delay before it is queued once more, in milliseconds. */
  againMs: number;
  resolve: (answered: QueueAnswer) => void;
  /** Called with the holder of the reservation. */
  behind: (holder: string) => void;
}

/**
 * Callers that arrive during a pause are queued together, so that many concurrent callers need few
 * signals.
 */
const [MIN_PAUSE_MS, MAX_PAUSE_MS] = [100, 1_000];
/**
 * The delay before a caller is queued once more, in case its place was lost. It doubles each time.
 * A caller that is still queued keeps its place.
 */
const [FIRST_RETRY_MS, MAX_RETRY_MS] = [5_000, 600_000];
/** The maximum time that queued callers may get no answer. */
const UNREACHABLE_MS = 10_000;

export class ActivityQueue {
  private readonly waiters = new Map<string, Waiter>();
  private working = false;
  private wakeUp = new AbortController();
  /** When something last happened. More may happen soon after it. */
  private since = performance.now();
  private holder = '';
  private readonly reachable = new Stopwatch();
  private readonly workedOn = new Stopwatch();

  /**
   * @param begin - whether no caller in this process holds the reservation, so that it may be free
   */
  constructor(
    private readonly reserved: Reserved,
    private readonly calls: ReservationCalls,
    private readonly workers: WorkerWatch,
    private readonly begin: boolean,
    private readonly ended: () => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  join(caller: Caller, behind: (holder: string) => void): Promise<QueueAnswer> {
    return new Promise((resolve) => {
      this.since = performance.now();
      const due = { queued: false, due: this.since, againMs: FIRST_RETRY_MS };
      this.waiters.set(attemptOf(caller), { caller, ...due, resolve, behind });
      if (!this.working) void this.work();
    });
  }

  /**
   * Removes a caller, which no longer waits and takes no turn that is just being granted. A caller
   * that was already answered is not affected.
   */
  leave(caller: Caller): void {
    if (this.waiters.delete(attemptOf(caller))) void this.letGo([caller]);
  }

  /**
   * Called when a holder of this process is done. If it stored a value, the callers are answered
   * without a read.
   */
  onHolderDone(outcome: string): void {
    this.since = performance.now();
    if (outcome === 'stored') this.resolveAll('look', [...this.waiters.values()]);
    this.wakeUp.abort();
  }

  private async work(): Promise<void> {
    this.working = true;
    if (this.begin) await this.tryTurn([...this.waiters.values()][0]!);
    while (this.waiters.size > 0) {
      try {
        await this.enqueue();
        await this.act(await this.calls.read(this.reserved));
        this.reachable.with('answering');
      } catch (error) {
        this.failed(error);
        const tooLong = this.reachable.with('silent') > UNREACHABLE_MS;
        await this.resolveUnreserved([...this.waiters.values()].filter(({ queued }) => tooLong || !queued));
      }
      await this.pause();
    }
    this.working = false;
    this.ended();
  }

  /** Starting a reservation grants its first turn. */
  private async tryTurn(first: Waiter): Promise<void> {
    try {
      if (!(await this.calls.start(this.reserved, first.caller))) return;
      if (this.isHere(first)) this.resolveAll('turn', [first]);
      else await this.letGo([first.caller]);
    } catch (error) {
      this.failed(error);
      await this.resolveUnreserved([...this.waiters.values()]);
    }
  }

  private async enqueue(): Promise<void> {
    const now = performance.now();
    const joining = [...this.waiters.values()].filter(({ due }) => now >= due);
    if (joining.length === 0) return;
    for (const waiter of joining) {
      waiter.due = now + waiter.againMs;
      waiter.againMs = Math.min(MAX_RETRY_MS, waiter.againMs * 2);
    }
    const before = await this.calls.read(this.reserved);
    if ((before?.memo.waiting ?? 0) >= MAX_WAITING) {
      const further = joining.filter((waiter) => !waiter.queued && this.isHere(waiter));
      this.resolveAll('unreserved', further);
    }
    for (const waiter of joining) waiter.epoch ??= before?.running ? before.memo.epoch : undefined;
    for (let from = 0; from < joining.length; from += CALLERS_PER_SIGNAL) {
      const batch = joining.slice(from, from + CALLERS_PER_SIGNAL).filter((waiter) => this.isHere(waiter));
      const [first, ...rest] = batch.map(({ caller }) => caller);
      if (first !== undefined) await this.calls.wait(this.reserved, [first, ...rest]);
      for (const waiter of batch) waiter.queued = true;
      // A caller that left meanwhile may have been queued after its `leave` signal.
      await this.letGo(batch.filter((waiter) => !this.isHere(waiter)).map(({ caller }) => caller));
    }
  }

  private async act(seen: ReservationSnapshot | undefined): Promise<void> {
    const all = [...this.waiters.values()];
    const { holding = [], holder = '', epoch, verdict = 'look' } = seen?.memo ?? {};
    if (!seen?.running) return this.resolveAll(verdict, all);
    if (holder !== this.holder) this.since = performance.now();
    this.holder = holder;
    const hasTurn = ({ caller }: Waiter) => holding.includes(attemptOf(caller));
    this.resolveAll('turn', all.filter(hasTurn));
    const others = all.filter((waiter) => !hasTurn(waiter));
    for (const waiter of others) {
      waiter.epoch ??= epoch;
      if (holder !== '') waiter.behind(holder);
    }
    const answered = others.filter((waiter) => epoch !== undefined && waiter.epoch !== epoch);
    // Their signals may have arrived too late to be answered with the others.
    await this.letGo(answered.map(({ caller }) => caller));
    this.resolveAll(verdict, answered);
    const { pendingTask } = seen;
    const unanswered = pendingTask === undefined ? undefined : this.workedOn.with(pendingTask);
    if (this.workers.isMissing(unanswered)) await this.resolveUnreserved(others.filter(this.isHere));
  }

  private isHere = ({ caller }: Waiter): boolean => this.waiters.has(attemptOf(caller));

  /** Answers callers that run without the reservation, and removes them from its queue. */
  private async resolveUnreserved(waiters: Waiter[]): Promise<void> {
    this.resolveAll('unreserved', waiters);
    await this.letGo(waiters.map(({ caller }) => caller));
  }

  private async letGo(callers: Caller[]): Promise<void> {
    if (callers.length > 0) await this.calls.leave(this.reserved, callers).catch(this.failed);
  }

  private resolveAll(answered: QueueAnswer, waiters: Waiter[]): void {
    for (const { caller, resolve } of waiters) {
      this.waiters.delete(attemptOf(caller));
      resolve(answered);
    }
  }

  /**
   * Pauses for a tenth of the time since the last event: short at first, and never long compared
   * with the wait itself.
   */
  private async pause(): Promise<void> {
    if (this.waiters.size === 0) return;
    this.wakeUp = new AbortController();
    const waited = performance.now() - this.since;
    const ms = Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, waited / 10));
    // A holder is done.
    await sleep(ms, undefined, { signal: this.wakeUp.signal }).catch(() => undefined);
  }
}
