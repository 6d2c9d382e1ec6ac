/** Of a Workflow whose call may have to wait: whose turn it is. Nothing here waits: the Workflow does, until it is signalled, and asks again. */
import type { ReservationCalls, Reserved, Seen } from './calls';
import { attemptOf, type Caller, MOST_WAITING, type Verdict } from './protocol';

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

/** @param before - what it was told when it last asked */
export async function enquire(
  calls: ReservationCalls,
  reserved: Reserved,
  caller: Caller,
  before?: InLine,
): Promise<Enquiry> {
  if (before === undefined && (await calls.start(reserved, caller))) return 'turn';
  const seen = await calls.read(reserved);
  if (hasTurn(seen, caller)) return 'turn';
  if (before !== undefined) {
    const told = before.epoch !== undefined && seen?.memo.epoch !== before.epoch;
    if (told) return seen?.memo.verdict ?? 'look';
    if (seen?.pendingTask !== undefined && seen.pendingTask === before.pending) return 'alone'; // nobody works on it
  }
  if (seen?.running && (seen.memo.waiting ?? 0) >= MOST_WAITING) return 'alone';
  // Who is in line keeps its place.
  await calls.wait(reserved, [caller]);
  const now = await calls.read(reserved);
  if (hasTurn(now, caller)) return 'turn';
  return {
    holder: now?.memo.holder || 'another call',
    epoch: before?.epoch ?? (seen?.running ? seen.memo.epoch : now?.memo.epoch),
    pending: now?.pendingTask,
  };
}

const hasTurn = (seen: Seen | undefined, caller: Caller): boolean =>
  seen?.running === true &&
  [...(seen.memo.holding ?? []), ...(seen.memo.promised ?? [])].includes(attemptOf(caller));
