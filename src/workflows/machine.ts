/**
 * Decides whose turn it is to compute one key. The machine is pure: the Workflow around it provides
 * signals and time, and carries out the decisions.
 *
 * A caller is absent, waiting, or holding. The invariants:
 *
 * - R1. A caller is in one place: holding once, or waiting once, or absent.
 * - R2. While any caller waits, some caller holds.
 * - R3. Turns are granted in the order of waiting, to callers in a slot before Workflows, because
 *   occupied slots could keep a Workflow's Activity from starting. For the same reason a Workflow's
 *   turn goes to the next caller in a slot as long as its Activity has not started. The Workflow is
 *   then first in the queue.
 * - R4. One caller holds at a time. From the third consecutive failed round on, each round has
 *   twice as many holders as the one before.
 * - R5. A caller that waited is answered exactly once, by a turn or by a verdict, unless it left.
 * - R6. Only a holder ends its turn, and only a waiting caller leaves. A late message of a former
 *   attempt changes nothing, but it puts the holder in doubt: clocks that differ can make the
 *   current attempt look like a former one, and no other caller may be waiting.
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

/** The answer for a waiting Workflow. Callers in a slot read theirs from the memo. */
export interface Wake {
  caller: Caller;
  verdict: Verdict | 'turn';
}

const ROUNDS_ALONE = 3;

/**
 * Whether `caller` is an attempt before the `present` one: its attempt number is lower, or it is
 * the Workflow whose Activity is now in a slot. After a reset attempts count from 1 again, and only
 * the tickets show the order. For attempts with higher numbers tickets prove nothing, because
 * clocks may differ.
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

  /** Whether no caller holds or waits, so that there is nothing left to do. */
  get idle(): boolean {
    return this.state.holding.length === 0 && this.state.waiting.length === 0;
  }

  /**
   * Handles a caller that waits. From the holder this signal means that its Activity has started,
   * and from a waiting caller that it still waits.
   */
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

  /** Removes a waiting caller. A holder gives its turn back. */
  leave({ id, attempt }: Attempt): void {
    this.state.waiting = this.state.waiting.filter((caller) => caller.id !== id || caller.attempt > attempt);
    this.settle({ id, attempt, outcome: 'released' });
  }

  settle({ id, attempt, outcome }: Settled): void {
    const { state } = this;
    const held = state.holding.find((caller) => caller.id === id);
    if (held === undefined || attempt < held.attempt) return;
    state.holding = state.holding.filter((caller) => caller !== held);
    if (outcome === 'stored') this.answerAll('look');
    else if (outcome === 'unstored') this.answerAll('run');
    else if (state.holding.length === 0) {
      state.failures = outcome === 'failed' ? state.failures + 1 : state.failures;
      this.nextRound();
    }
  }

  /** Removes the callers that wait in the same process. */
  leaveWith({ process }: Held): void {
    this.state.waiting = this.state.waiting.filter((caller) => caller.process !== process);
  }

  /** Handles a holder whose process or Activity ended without settling its turn. */
  gone({ id, attempt }: Attempt): void {
    this.settle({ id, attempt, outcome: 'failed' });
  }

  /** Lets all waiting callers run without a turn, because they are too many. */
  release(): void {
    this.answerAll('run');
  }

  /** The decisions since the last call that waiting Workflows do not know yet. */
  takeWakes(): Wake[] {
    const taken = this.wakes;
    this.wakes = [];
    return taken;
  }

  private answerAll(verdict: Verdict): void {
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

  /** Gives the turn of the former attempt to another attempt of the same caller. */
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
