/**
 * Of Workflows whose calls may have to wait: whose turn it is. Nothing here waits: the Workflow does, until it is signalled, and asks again.
 * Who asks while others of the same key are being answered is answered together with all who came meanwhile: many at once cost few signals.
 */
import type { ReservationCalls, Reserved, Seen } from './calls';
import {
  attemptOf,
  type Caller,
  CALLERS_PER_SIGNAL,
  MOST_WAITING,
  type Verdict,
} from '../../wire/reservation';

/** In line. */
export interface InLine {
  holder: string;
  /** Of the reservation when it came into line. */
  epoch?: string;
  /** A Workflow Task of the reservation that no Worker has ended yet. */
  pending?: string;
}

/** `'alone'`: there is nothing to wait for. */
export type Enquiry = 'turn' | Verdict | 'alone' | InLine;

interface Asker {
  caller: Caller;
  /** What it was told when it last asked. */
  before: InLine | undefined;
  tell: (enquiry: Enquiry) => void;
  fail: (error: unknown) => void;
}

/** Those of one key. */
export class Enquiries {
  private askers: Asker[] = [];
  private working = false;

  constructor(
    private readonly reserved: Reserved,
    private readonly calls: ReservationCalls,
    private readonly ended: () => void,
  ) {}

  ask(caller: Caller, before: InLine | undefined): Promise<Enquiry> {
    return new Promise((tell, fail) => {
      this.askers.push({ caller, before, tell, fail });
      if (!this.working) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.working = true;
    while (this.askers.length > 0) {
      const askers = this.askers.splice(0, CALLERS_PER_SIGNAL);
      try {
        await this.answer(askers);
      } catch (error) {
        for (const { fail } of askers) fail(error);
      }
    }
    this.ended();
  }

  private async answer(askers: Asker[]): Promise<void> {
    const first = askers.find(({ before }) => before === undefined);
    if (first !== undefined && (await this.calls.start(this.reserved, first.caller))) {
      first.tell('turn');
      if (askers.length === 1) return;
    }
    const seen = await this.calls.read(this.reserved);
    const joining: Asker[] = [];
    for (const asker of askers) {
      const told = answerTo(asker, seen);
      if (told === undefined) joining.push(asker);
      else asker.tell(told);
    }
    const [one, ...rest] = joining.map(({ caller }) => caller);
    if (one === undefined) return;
    await this.calls.wait(this.reserved, [one, ...rest]); // who is in line keeps its place
    const now = await this.calls.read(this.reserved);
    for (const { caller, before, tell } of joining) {
      const epoch = before?.epoch ?? (seen?.running ? seen.memo.epoch : now?.memo.epoch);
      const inLine = { holder: now?.memo.holder || 'another call', epoch, pending: now?.pendingTask };
      tell(hasTurn(now, caller) ? 'turn' : inLine);
    }
  }
}

/** Undefined: it is to be put in line. */
function answerTo({ caller, before }: Asker, seen: Seen | undefined): Enquiry | undefined {
  if (hasTurn(seen, caller)) return 'turn';
  if (before !== undefined) {
    const told = before.epoch !== undefined && seen?.memo.epoch !== before.epoch;
    if (told) return seen?.memo.verdict ?? 'look';
    if (seen?.pendingTask !== undefined && seen.pendingTask === before.pending) return 'alone'; // nobody works on it
  }
  const isFull = seen?.running === true && (seen.memo.waiting ?? 0) >= MOST_WAITING;
  return isFull && before === undefined ? 'alone' : undefined; // who is in line stays there
}

const hasTurn = (seen: Seen | undefined, caller: Caller): boolean =>
  seen?.running === true &&
  [...(seen.memo.holding ?? []), ...(seen.memo.promised ?? [])].includes(attemptOf(caller));
