/**
 * The callers of one key in this process that wait: put in line together, and answered together. One of them asking is enough for all, and what a
 * holder in this process did needs no asking.
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

/** A turn, or what to do without: look again, or run. `'unreserved'`: the reservation cannot be had, run without. */
export type QueueAnswer = 'turn' | Verdict | 'unreserved';

interface Waiter {
  caller: Caller;
  /** Of the reservation when it came into line. */
  epoch?: string;
  inLine: boolean;
  /** When it is to be put in line, by the clock of `performance`, and how long after that once more. */
  due: number;
  againMs: number;
  resolve: (answered: QueueAnswer) => void;
  /** QueueAnswer who has the turn, once. */
  behind: (holder: string) => void;
}

/** Who comes meanwhile is put in line together: many callers at once cost few signals. */
const [MIN_PAUSE_MS, MAX_PAUSE_MS] = [100, 1_000];
/** In line once more, in case the place was lost: first after so long, then ever later. Whoever is in line keeps its place. */
const [FIRST_RETRY_MS, MAX_RETRY_MS] = [5_000, 600_000];
/** So long may those who are in line get no answer. */
const UNREACHABLE_MS = 10_000;

export class ActivityQueue {
  private readonly waiters = new Map<string, Waiter>();
  private working = false;
  private wakeUp = new AbortController();
  /** When something happened last: soon after it more may happen. */
  private since = performance.now();
  private holder = '';
  private readonly reachable = new Stopwatch();
  private readonly workedOn = new Stopwatch();

  /** @param begin - whether nobody in this process has the turn: then it may be free */
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
      const due = { inLine: false, due: this.since, againMs: FIRST_RETRY_MS };
      this.waiters.set(attemptOf(caller), { caller, ...due, resolve, behind });
      if (!this.working) void this.work();
    });
  }

  /** It waits no longer, and takes no turn that it is just being given. Who was answered something waits no more. */
  leave(caller: Caller): void {
    if (this.waiters.delete(attemptOf(caller))) void this.letGo([caller]);
  }

  /** A holder of this process is done: if with a value, nobody need ask. */
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
        await this.putInLine();
        await this.act(await this.calls.read(this.reserved));
        this.reachable.with('answering');
      } catch (error) {
        this.failed(error);
        const tooLong = this.reachable.with('silent') > UNREACHABLE_MS;
        await this.resolveUnreserved([...this.waiters.values()].filter(({ inLine }) => tooLong || !inLine));
      }
      await this.pause();
    }
    this.working = false;
    this.ended();
  }

  /** The start of a reservation is the grant of its first turn. */
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

  private async putInLine(): Promise<void> {
    const now = performance.now();
    const joining = [...this.waiters.values()].filter(({ due }) => now >= due);
    if (joining.length === 0) return;
    for (const waiter of joining) {
      waiter.due = now + waiter.againMs;
      waiter.againMs = Math.min(MAX_RETRY_MS, waiter.againMs * 2);
    }
    const before = await this.calls.read(this.reserved);
    if ((before?.memo.waiting ?? 0) >= MAX_WAITING) {
      const further = joining.filter((waiter) => !waiter.inLine && this.isHere(waiter));
      this.resolveAll('unreserved', further);
    }
    for (const waiter of joining) waiter.epoch ??= before?.running ? before.memo.epoch : undefined;
    for (let from = 0; from < joining.length; from += CALLERS_PER_SIGNAL) {
      const batch = joining.slice(from, from + CALLERS_PER_SIGNAL).filter((waiter) => this.isHere(waiter));
      const [first, ...rest] = batch.map(({ caller }) => caller);
      if (first !== undefined) await this.calls.wait(this.reserved, [first, ...rest]);
      for (const waiter of batch) waiter.inLine = true;
      // Who left meanwhile may have come into line after its word that it leaves.
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
      waiter.behind(holder);
    }
    const answered = others.filter((waiter) => epoch !== undefined && waiter.epoch !== epoch);
    await this.letGo(answered.map(({ caller }) => caller)); // their word may have come too late to be answered with the others
    this.resolveAll(verdict, answered);
    const { pendingTask } = seen;
    const unanswered = pendingTask === undefined ? undefined : this.workedOn.with(pendingTask);
    if (this.workers.isMissing(unanswered)) await this.resolveUnreserved(others.filter(this.isHere));
  }

  private isHere = ({ caller }: Waiter): boolean => this.waiters.has(attemptOf(caller));

  /** Those who run without: what may have become of them in line is undone. */
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

  /** A tenth of the time since then: short at first, and never long beside the wait itself. */
  private async pause(): Promise<void> {
    if (this.waiters.size === 0) return;
    this.wakeUp = new AbortController();
    const waited = performance.now() - this.since;
    const ms = Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, waited / 10));
    await sleep(ms, undefined, { signal: this.wakeUp.signal }).catch(() => undefined); // a holder is done
  }
}
