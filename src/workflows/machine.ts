/**
 * Whose turn it is to compute one key. Pure: the Workflow around it brings signals and time, and carries out what is decided here.
 *
 * A caller is absent, waiting, or holding. What always holds:
 *
 * - R1. A caller is in one place: holding once, or waiting once, or absent.
 * - R2. While anybody waits, somebody holds.
 * - R3. Turns are given in the order of waiting, to callers in a slot before Workflows, whose Activity the slots could keep from starting;
 *   for the same reason a Workflow's turn goes to the next caller in a slot as long as its Activity has not started. It is first in line then.
 * - R4. One holds at a time. From the third round in a row that failed, each round has twice as many holders as the one before.
 * - R5. Whoever waited is told exactly once, by a turn or by a verdict, unless it left.
 * - R6. Only who holds ends its turn, and only who waits leaves. What a former attempt says late changes nothing, but a holder that it speaks
 *   for is in doubt: clocks that differ can make the present attempt look like a former one, and nobody else may be waiting.
 */
import {
  type Attempt,
  type Caller,
  type Held,
  type ReservationState,
  type Settled,
  startsAtOnce,
  type Verdict,
} from '../wire/reservation';

/** What a Workflow that waits is to be told. Callers in a slot read it from the memo. */
export interface Wake {
  caller: Caller;
  verdict: Verdict | 'turn';
}

const ROUNDS_ALONE = 3;

/**
 * Whether `caller` speaks for an attempt before the `present` one: it counts lower, or it is the Workflow whose Activity is in a slot by now. After a
 * reset attempts count from 1 again, and only the tickets tell; of attempts that count higher these say nothing, since clocks may differ.
 */
function isFormer(caller: Caller, present: Caller): boolean {
  if (caller.ticket >= present.ticket) return false;
  const wasWorkflow = caller.kind === 'workflow' && present.kind === 'slot';
  return caller.attempt < present.attempt || (caller.attempt === present.attempt && wasWorkflow);
}

export class Machine {
  private wakes: Wake[] = [];

  constructor(
    readonly state: ReservationState,
    private readonly now: () => number,
  ) {}

  /** Nobody holds, nobody waits: there is nothing left to do. */
  get idle(): boolean {
    return this.state.holding.length === 0 && this.state.waiting.length === 0;
  }

  /** Of the holder it is a sign that its Activity has started; of who waits, that it still does. */
  wait(caller: Caller): void {
    const { holding, waiting } = this.state;
    const present = [...holding, ...waiting].find(({ id }) => id === caller.id);
    const held = holding.find(({ id }) => id === caller.id);
    if (present !== undefined && isFormer(caller, present)) {
      if (held !== undefined) held.doubted = true;
      return;
    }
    if (held !== undefined) this.renew(held, caller);
    else if (present === undefined) waiting.push(caller);
    else waiting[waiting.indexOf(present)] = caller;
    if (holding.length === 0) this.nextRound();
    else this.overtake();
  }

  /** It waits no longer; a holder gives its turn back. */
  leave({ id, attempt }: Attempt): void {
    this.state.waiting = this.state.waiting.filter((caller) => caller.id !== id || caller.attempt > attempt);
    this.settle({ id, attempt, outcome: 'released' });
  }

  settle({ id, attempt, outcome }: Settled): void {
    const { state } = this;
    const held = state.holding.find((caller) => caller.id === id);
    if (held === undefined || attempt < held.attempt) return;
    state.holding = state.holding.filter((caller) => caller !== held);
    if (outcome === 'stored') this.tell('look');
    else if (outcome === 'unstored') this.tell('run');
    else if (state.holding.length === 0) {
      state.failures = outcome === 'failed' ? state.failures + 1 : state.failures;
      this.nextRound();
    }
  }

  /** Who waits in the same process waits no longer. */
  leaveWith({ process }: Held): void {
    this.state.waiting = this.state.waiting.filter((caller) => caller.process !== process);
  }

  /** Its process or its Activity is gone without a word. */
  gone({ id, attempt }: Attempt): void {
    this.settle({ id, attempt, outcome: 'failed' });
  }

  /** There are too many: all that wait run without a turn. */
  release(): void {
    this.tell('run');
  }

  /** What was decided since the last call and Workflows that wait do not know yet. */
  takeWakes(): Wake[] {
    const taken = this.wakes;
    this.wakes = [];
    return taken;
  }

  private tell(verdict: Verdict): void {
    const { state } = this;
    for (const caller of state.waiting) this.wake(caller, verdict);
    state.waiting = [];
    state.failures = 0;
    state.told++;
    state.verdict = verdict;
  }

  private nextRound(): void {
    const { state } = this;
    if (state.waiting.length === 0) return;
    const width = state.failures < ROUNDS_ALONE ? 1 : 2 ** (state.failures - ROUNDS_ALONE + 1);
    state.round++;
    const slots = state.waiting.filter(({ kind }) => kind === 'slot');
    const next = [...slots, ...state.waiting.filter(({ kind }) => kind !== 'slot')].slice(0, width);
    state.waiting = state.waiting.filter((caller) => !next.includes(caller));
    for (const caller of next) this.give(caller);
  }

  /** Another attempt of it has the turn of the one before. */
  private renew(held: Held, caller: Caller): void {
    const since = caller.attempt === held.attempt ? held.since : this.now();
    const started = startsAtOnce(caller) || (held.started && caller.attempt === held.attempt);
    Object.assign(held, caller, { since, started, doubted: undefined });
  }

  private give(caller: Caller): void {
    this.state.holding.push({ ...caller, since: this.now(), started: startsAtOnce(caller) });
    this.wake(caller, 'turn');
  }

  private overtake(): void {
    const { state } = this;
    const held = state.holding.find(({ started }) => !started);
    const slot = state.waiting.find(({ kind }) => kind === 'slot');
    if (held === undefined || slot === undefined) return;
    const { since: _since, started: _started, doubted: _doubted, ...back } = held;
    state.holding = state.holding.filter((caller) => caller !== held);
    state.waiting = [back, ...state.waiting.filter((caller) => caller !== slot)];
    this.give(slot);
  }

  private wake(caller: Caller, verdict: Wake['verdict']): void {
    if (caller.kind !== 'slot') this.wakes.push({ caller, verdict });
  }
}
