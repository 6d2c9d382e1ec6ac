/**
 * Decides whose turn it is among Workflows whose calls may have to wait. Nothing here waits: the
 * Workflow waits until it is signalled, and asks again. Inquiries that arrive while others of the
 * same key are being answered are answered together, so that many at once need few signals.
 */
import type { ReservationCalls, Reserved, ReservationSnapshot } from './reservation-client';
import {
  attemptOf,
  type Caller,
  CALLERS_PER_SIGNAL,
  MAX_WAITING,
  type Verdict,
} from '../../wire/reservation';

/** The caller is queued. */
export interface Queued {
  holder: string;
  /** The epoch of the reservation when the caller was queued. */
  epoch?: string;
  /** A Workflow Task of the reservation that no Worker has completed yet. */
  pending?: string;
}

/** `'unreserved'`: there is nothing to wait for. */
export type Inquiry = 'turn' | Verdict | 'unreserved' | Queued;

interface Inquirer {
  caller: Caller;
  /** The answer to its last inquiry. */
  before: Queued | undefined;
  resolve: (inquiry: Inquiry) => void;
  reject: (error: unknown) => void;
}

/** The inquiries of one key. */
export class WorkflowQueue {
  private inquirers: Inquirer[] = [];
  private working = false;

  constructor(
    private readonly reserved: Reserved,
    private readonly calls: ReservationCalls,
    private readonly ended: () => void,
  ) {}

  ask(caller: Caller, before: Queued | undefined): Promise<Inquiry> {
    return new Promise((resolve, reject) => {
      this.inquirers.push({ caller, before, resolve, reject });
      if (!this.working) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.working = true;
    while (this.inquirers.length > 0) {
      const inquirers = this.inquirers.splice(0, CALLERS_PER_SIGNAL);
      try {
        await this.answer(inquirers);
      } catch (error) {
        for (const { reject } of inquirers) reject(error);
      }
    }
    this.ended();
  }

  private async answer(inquirers: Inquirer[]): Promise<void> {
    const first = inquirers.find(({ before }) => before === undefined);
    if (first !== undefined && (await this.calls.start(this.reserved, first.caller))) {
      first.resolve('turn');
      if (inquirers.length === 1) return;
    }
    const seen = await this.calls.read(this.reserved);
    const joining: Inquirer[] = [];
    for (const inquirer of inquirers) {
      const answer = answerTo(inquirer, seen);
      if (answer === undefined) joining.push(inquirer);
      else inquirer.resolve(answer);
    }
    const [one, ...rest] = joining.map(({ caller }) => caller);
    if (one === undefined) return;
    // A caller that is already queued keeps its place.
    await this.calls.wait(this.reserved, [one, ...rest]);
    const now = await this.calls.read(this.reserved);
    for (const { caller, before, resolve } of joining) {
      const epoch = before?.epoch ?? (seen?.running ? seen.memo.epoch : now?.memo.epoch);
      const queued = { holder: now?.memo.holder || 'another call', epoch, pending: now?.pendingTask };
      resolve(hasTurn(now, caller) ? 'turn' : queued);
    }
  }
}

/** Undefined if the caller must be queued. */
function answerTo({ caller, before }: Inquirer, seen: ReservationSnapshot | undefined): Inquiry | undefined {
  if (hasTurn(seen, caller)) return 'turn';
  if (before !== undefined) {
    const answer = before.epoch !== undefined && seen?.memo.epoch !== before.epoch;
    if (answer) return seen?.memo.verdict ?? 'look';
    // No Worker processes the reservation.
    if (seen?.pendingTask !== undefined && seen.pendingTask === before.pending) return 'unreserved';
  }
  const isFull = seen?.running === true && (seen.memo.waiting ?? 0) >= MAX_WAITING;
  // A caller that is already queued stays queued.
  return isFull && before === undefined ? 'unreserved' : undefined;
}

const hasTurn = (seen: ReservationSnapshot | undefined, caller: Caller): boolean =>
  seen?.running === true &&
  [...(seen.memo.holding ?? []), ...(seen.memo.promised ?? [])].includes(attemptOf(caller));
