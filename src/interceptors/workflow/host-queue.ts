/**
 * Sends what a run asks its host, one local Activity at a time.
 *
 * Live, each answer of a local Activity arrives in an activation of its own. On replay all answers
 * of a Workflow Task may arrive in one activation, and the order of the commands that follow would
 * depend on how many microtasks lie between an answer and the next command. With only one local
 * Activity running there is nothing to reorder:
 *
 * - Calls that are made meanwhile wait. Once the activation is quiet, all waiting calls are sent
 *   together.
 * - If a replay delivers an answer together with other events, the answer came after them. It is
 *   held until everything that these events caused has run. If an answer arrives live together with
 *   other events, a query has ended the Workflow Task in which the answer came. Then the other
 *   events came after the answer, and they are held instead. The exception is a run that has just
 *   been restarted from its history, which does not contain the answer yet: there the answer came
 *   after the events, as in a replay.
 * - An answer is held as long as the user's local Activities are running, because a replay does not
 *   show which of them ended before it. One of these may in turn wait for the call. So calls made
 *   while local Activities are running are not looked up, and the answer after which the run ends
 *   is not held. Where this decision cannot be recorded (see gate.ts), the call is looked up, and
 *   its answer is not held for the local Activities beside which it was made.
 * - The user's local Activities end one after the other, as they do live, also if a replay delivers
 *   several ends together. What the first one causes is sent before the next one ends.
 * - A call that waits is looked up again by an event, unless a local Activity is running. If a
 *   replay delivers the end of that local Activity together with the event, it came after the
 *   event, and it is held.
 * - The calls of a batch are answered in one turn, in the order in which they were made: first
 *   those whose Activities must run, then, once these are scheduled, the hits. After the end of the
 *   run nothing is sent or answered.
 */
import { CancellationScope } from '@temporalio/workflow';
import { type Asked, askAll, type Looked, lookedIn, NOT_LOOKED } from './ask';
import type { Budget } from '../../wire/budget';
import { whenQuiet } from './quiet';
import { asyncContext, isCompleted, type Within } from './sdk';
import { Shield } from './shield';

/**
 * The maximum of calls, and of arguments and headers, in one batch. More are sent in several
 * batches.
 */
const [MAX_CALLS, MAX_ARGUMENTS] = [500, 5_000];

const NONE: ReadonlySet<number> = new Set();

/** `within`: the async context in which it is sent. */
interface LookUp {
  within: Within;
  /** The user's local Activities that were running when the call was made. */
  beside: ReadonlySet<number>;
  asked: Asked;
  scope: CancellationScope;
  resolve: (looked: Looked) => void;
}

interface Task {
  within: Within;
  send: () => Promise<unknown>;
  isLast: boolean;
  resolve: (ended: { value: unknown } | undefined) => void;
}

/** An activation job, as Temporal's SDK provides it. */
export interface ActivationJob {
  resolveActivity?: { seq?: number | null } | null;
  queryWorkflow?: object | null;
}

export class HostQueue {
  private waiting: (LookUp | Task)[] = [];
  private isUnderWay = false;
  /** Answers that have arrived, delivered group by group. */
  private arrived: (() => void)[] = [];
  private isLast = false;
  private isAwake = false;
  /** The user's local Activities that are running, each with the Workflow Task that sent it. */
  private readonly localActivities = new Map<number, unknown>();
  /**
   * The number of our local Activity that is running. `sentIn` is the Workflow Task that sent it.
   */
  private seq?: number;
  private sentIn?: unknown;
  private lateIn?: unknown;
  private isCut = false;
  private wasQueried = false;
  /** The user's local Activities for which the answer that is under way is not held. */
  private released: ReadonlySet<number> = NONE;
  /** The jobs of the activation that are delivered later, group by group. */
  private deferred: (() => void)[] = [];
  private isConcluded = false;
  /** Whether the last activation was a replay, ignoring activations of queries. */
  private wasReplaying = false;
  private shield?: Shield;

  constructor(
    private readonly budget: Budget,
    /** Identifies the current Workflow Task. */
    private readonly taskNow: () => unknown = () => undefined,
    /** Whether calls wait for others, and are looked up again by the next event. */
    private readonly hasWaiting: () => boolean = () => false,
  ) {}

  /**
   * Whether this Workflow Task has received an answer that an earlier task asked for, whether ours
   * or that of a local Activity of the user. A replay may deliver the answer in the earlier task
   * already, which does not know yet what the run decides now.
   */
  get isLate(): boolean {
    return this.lateIn !== undefined && this.lateIn === this.taskNow();
  }

  /**
   * Whether a query may have come between an answer in this activation and the Workflow Task in
   * which the answer was recorded. A replay delivers it in that task, and does not know yet what
   * the run records now.
   */
  get isCutOff(): boolean {
    return this.isCut;
  }

  /**
   * Whether no activation is being processed. Calls made at that time are sent with the next
   * activation. They are not looked up, because a replay may end its activations elsewhere.
   */
  get isBetween(): boolean {
    return this.isConcluded;
  }

  /** Whether a local Activity of the user is running. */
  get isBesideLocalActivity(): boolean {
    return this.localActivities.size > 0;
  }

  /** Marks the end of the activation. */
  concluded(): void {
    this.isConcluded = true;
  }

  /**
   * Looks up a call. Never fails: a call that was not looked up, for example because its scope was
   * cancelled, gets {@link NOT_LOOKED}.
   */
  lookUp(asked: Asked): Promise<Looked> {
    const scope = CancellationScope.current();
    const isAgain = asked.question.waited !== undefined;
    const beside = isAgain || !this.isBesideLocalActivity ? NONE : new Set(this.localActivities.keys());
    // Calls that wait together are usually sent together, and have one context there.
    const within = this.waiting.at(-1)?.within ?? asyncContext();
    return new Promise((resolve) => this.add({ within, beside, asked, scope, resolve }));
  }

  /**
   * Sends any other local Activity of ours. A cancellation of the caller's scope does not reach it.
   * Never fails.
   * @param isLast - whether the run ends when it is answered
   * @returns undefined if the Activity has failed
   */
  call<T>(send: () => Promise<T>, isLast = false): Promise<{ value: T } | undefined> {
    return new Promise<{ value: T } | undefined>((resolve) =>
      this.add({ within: asyncContext(), send, isLast, resolve: resolve as Task['resolve'] }),
    );
  }

  /** Notes the number of our local Activity. */
  sent(seq: number): void {
    [this.seq, this.sentIn] = [seq, this.taskNow()];
  }

  /** Notes the number of a local Activity of the user. */
  localActivityScheduled(seq: number): void {
    this.localActivities.set(seq, this.taskNow());
  }

  /**
   * Delivers the jobs of an activation.
   * @param next - processes some of the jobs. It may be called several times.
   */
  activate<Job extends ActivationJob>(
    jobs: readonly Job[],
    isReplaying: boolean,
    next: (jobs: Job[]) => void,
  ): void {
    this.isConcluded = false;
    const isOurs = ({ resolveActivity }: Job) => this.seq !== undefined && resolveActivity?.seq === this.seq;
    const ours = jobs.filter(isOurs);
    const sent = this.localActivities;
    const isLocal = ({ resolveActivity }: Job) => sent.has(resolveActivity?.seq ?? -1);
    const isLate = (job: Job) => isLocal(job) && sent.get(job.resolveActivity!.seq!) !== this.taskNow();
    const hasLate = (ours.length > 0 && this.sentIn !== this.taskNow()) || jobs.some(isLate);
    if (hasLate) this.lateIn = this.taskNow();
    this.isCut = hasLate && this.wasQueried;
    const isFirst = ours.length > 0 && !isReplaying && !this.wasReplaying && !this.isHeld;
    this.wasQueried = jobs.some(({ queryWorkflow }) => queryWorkflow != null);
    if (!this.wasQueried) this.wasReplaying = isReplaying;
    const deliver = (some: readonly Job[]) => {
      next([...some]);
      for (const { resolveActivity } of some)
        if (this.localActivities.delete(resolveActivity?.seq ?? -1) && this.arrived.length > 0) this.wake();
    };
    // Without a hold the answer keeps its place before the local Activities that ended after it.
    const end = this.released.size > 0 ? jobs.findIndex(isOurs) + 1 : 0;
    const events = this.hasWaiting() && !this.isCut ? jobs.filter((job) => !isLocal(job)) : [];
    const now = isFirst ? ours : end > 0 ? jobs.slice(0, end) : events.length > 0 ? events : jobs;
    const later = jobs.filter((job) => !now.includes(job));
    const isEnd = (job: Job) => isLocal(job) || (end > 0 && isOurs(job));
    const [first, ...rest] = [now, later].flatMap((some) => this.inTurn(some, isEnd));
    if (first !== undefined) deliver(first);
    if (rest.length === 0) return;
    this.deferred = rest.map((some) => () => deliver(some));
    this.wake();
  }

  /**
   * Splits jobs into groups in each of which at most one local Activity ends. Other events come
   * with the first one, or with the last one where a query has cut off the Workflow Task.
   */
  private inTurn<Job>(jobs: readonly Job[], isEnd: (job: Job) => boolean): (readonly Job[])[] {
    const ends = jobs.filter(isEnd);
    if (this.seq === undefined || ends.length < 2) return jobs.length > 0 ? [jobs] : [];
    const [last, alone] = this.isCut ? [ends.at(-1), ends.slice(0, -1)] : [ends[0], ends.slice(1)];
    const together = jobs.filter((job) => job === last || !isEnd(job));
    const each = alone.map((end) => [end]);
    return this.isCut ? [...each, together] : [together, ...each];
  }

  private add(call: LookUp | Task): void {
    this.waiting.push(call);
    this.wake();
  }

  private wake(): void {
    if (this.isAwake) return;
    this.isAwake = true;
    whenQuiet(() => {
      this.isAwake = false;
      this.step();
    });
  }

  private step(): void {
    if (isCompleted()) return;
    const hasArrived = this.arrived.length > 0;
    if (hasArrived && (this.isLast || !this.isHeld)) {
      this.arrived.shift()!();
      return this.wake();
    }
    if (!hasArrived && !this.isUnderWay && this.sendNext()) return this.wake();
    this.deferred.shift()?.();
    if (this.deferred.length > 0) this.wake();
  }

  /** @returns whether calls were answered instead */
  private sendNext(): boolean {
    const isSkipped = (call: LookUp | Task) =>
      'scope' in call && (this.isBesideAnyBut(call.beside) || call.scope.consideredCancelled);
    const skipped = this.waiting.filter(isSkipped) as LookUp[];
    this.waiting = this.waiting.filter((call) => !isSkipped(call));
    for (const { resolve } of skipped) resolve(NOT_LOOKED);
    const [first] = this.waiting;
    if (first !== undefined) {
      this.isUnderWay = true;
      if ('send' in first) this.sendTask((this.waiting.shift(), first));
      else this.sendLookUps(this.nextBatch());
    }
    return skipped.length > 0;
  }

  private get isHeld(): boolean {
    return this.isBesideAnyBut(this.released);
  }

  private isBesideAnyBut(some: ReadonlySet<number>): boolean {
    return [...this.localActivities.keys()].some((seq) => !some.has(seq));
  }

  private sendTask({ within, send, isLast, resolve }: Task): void {
    this.isLast = isLast;
    this.released = NONE;
    this.shielded(within, send).then(
      (value) => this.arrive([() => resolve({ value })]),
      (error: unknown) => this.arrive([() => resolve(failed(error))]),
    );
  }

  private sendLookUps(batch: readonly LookUp[]): void {
    this.isLast = false;
    const [first, ...more] = batch.map(({ beside }) => beside);
    this.released = new Set([...first!].filter((seq) => more.every((beside) => beside.has(seq))));
    const calls = batch.map(({ asked }) => asked);
    const mostBytes = this.budget.allow(batch.length);
    const answer = (all: readonly Looked[] | undefined, isHit: boolean) => () =>
      batch.forEach(({ resolve }, i) => {
        const looked = all?.[i] ?? NOT_LOOKED;
        if ((looked.hit !== undefined) === isHit) resolve(looked);
      });
    this.shielded(batch[0]!.within, () => askAll(calls, mostBytes)).then(
      (answered) => {
        const all = lookedIn(answered, calls);
        this.budget.spend(all.reduce((sum, { bytes }) => sum + bytes, 0));
        const groups = [false, true].filter((isHit) => all.some(({ hit }) => (hit !== undefined) === isHit));
        this.arrive(groups.map((isHit) => answer(all, isHit)));
      },
      (error: unknown) => this.arrive([() => answer(failed(error), false)()]),
    );
  }

  /** One scope for all calls, because the SDK traces each promise. */
  private shielded<T>(within: Within, send: () => Promise<T>): Promise<T> {
    const shield = (this.shield ??= new Shield());
    return within(() => shield.run(send));
  }

  private nextBatch(): LookUp[] {
    let size = 0;
    const end = this.waiting.findIndex((call, i) => {
      if ('send' in call || i === MAX_CALLS) return true;
      size += call.asked.args.length + Object.keys(call.asked.headers).length;
      return size > MAX_ARGUMENTS && i > 0;
    });
    return this.waiting.splice(0, end === -1 ? this.waiting.length : end) as LookUp[];
  }

  private arrive(groups: (() => void)[]): void {
    this.isUnderWay = false;
    this.arrived = groups;
    this.wake();
  }
}

/**
 * @throws if this Worker has not registered our Activities. Then the Workflow Task fails, and
 *   another Worker continues.
 */
function failed(error: unknown): undefined {
  if (error instanceof ReferenceError) throw error;
}
