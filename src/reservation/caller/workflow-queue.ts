/**
 * Of Workflows whose calls may have to wait: whose turn it is. Nothing here waits: the Workflow does, until it is signalled, and asks again.
 * Who asks while others of the same key are being answered is answered together with all who came meanwhile: many at once cost few signals.
 */
import type { ReservationCalls, Reserved, ReservationSnapshot } from './reservation-client';
import {
  attemptOf,
  type Caller,
  CALLERS_PER_SIGNAL,
  MAX_WAITING,
  type Verdict,
} from '../../wire/reservation';

/** In line. */
export interface Queued {
  holder: string;
  /** Of the reservation when it came into line. */
  epoch?: string;
  /** A Workflow Task of the reservation that no Worker has ended yet. */
  pending?: string;
}

/** `'unreserved'`: there is nothing to wait for. */
export type Inquiry = 'turn' | Verdict | 'unreserved' | Queued;

interface Inquirer {
  caller: Caller;
  /** What it was answer when it last asked. */
  before: Queued | undefined;
  resolve: (enquiry: Inquiry) => void;
  reject: (error: unknown) => void;
}

/** Those of one key. */
export class WorkflowQueue {
  private askers: Inquirer[] = [];
  private working = false;

  constructor(
    private readonly reserved: Reserved,
    private readonly calls: ReservationCalls,
    private readonly ended: () => void,
  ) {}

  ask(caller: Caller, before: Queued | undefined): Promise<Inquiry> {
    return new Promise((resolve, reject) => {
      this.askers.push({ caller, before, resolve, reject });
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
        for (const { reject } of askers) reject(error);
      }
    }
    this.ended();
  }

  private async answer(askers: Inquirer[]): Promise<void> {
    const first = askers.find(({ before }) => before === undefined);
    if (first !== undefined && (await this.calls.start(this.reserved, first.caller))) {
      first.resolve('turn');
      if (askers.length === 1) return;
    }
    const seen = await this.calls.read(this.reserved);
    const joining: Inquirer[] = [];
    for (const asker of askers) {
      const answer = answerTo(asker, seen);
      if (answer === undefined) joining.push(asker);
      else asker.resolve(answer);
    }
    const [one, ...rest] = joining.map(({ caller }) => caller);
    if (one === undefined) return;
    await this.calls.wait(this.reserved, [one, ...rest]); // who is in line keeps its place
    const now = await this.calls.read(this.reserved);
    for (const { caller, before, resolve } of joining) {
      const epoch = before?.epoch ?? (seen?.running ? seen.memo.epoch : now?.memo.epoch);
      const inLine = { holder: now?.memo.holder || 'another call', epoch, pending: now?.pendingTask };
      resolve(hasTurn(now, caller) ? 'turn' : inLine);
    }
  }
}

/** Undefined: it is to be put in line. */
function answerTo({ caller, before }: Inquirer, seen: ReservationSnapshot | undefined): Inquiry | undefined {
  if (hasTurn(seen, caller)) return 'turn';
  if (before !== undefined) {
    const answer = before.epoch !== undefined && seen?.memo.epoch !== before.epoch;
    if (answer) return seen?.memo.verdict ?? 'look';
    if (seen?.pendingTask !== undefined && seen.pendingTask === before.pending) return 'unreserved'; // nobody works on it
  }
  const isFull = seen?.running === true && (seen.memo.waiting ?? 0) >= MAX_WAITING;
  return isFull && before === undefined ? 'unreserved' : undefined; // who is in line stays there
}

const hasTurn = (seen: ReservationSnapshot | undefined, caller: Caller): boolean =>
  seen?.running === true &&
  [...(seen.memo.holding ?? []), ...(seen.memo.promised ?? [])].includes(attemptOf(caller));
