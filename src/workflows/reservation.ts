/**
 * The reservation of one key: one Workflow, which callers signal and await. machine.ts decides
 * whose turn it is, and its invariants R1 to R6 hold here. The Workflow adds:
 *
 * - W1. It ends when there is nothing left to do, and not before. If a signal arrives at the end,
 *   the server rejects the completion, and the signal is handled. A reservation of a key that had
 *   another one just before stays open for some seconds, because servers limit how often Workflows
 *   with the same id start. It does not if the process that started it ends.
 * - W2. History is bounded: a new run begins after a number of signals, with the whole state. If
 *   there are too many callers for that, they are released.
 * - W3. The liveness of holders is checked only while a caller waits. An unavailable answer changes
 *   nothing.
 * - W4. A holder that no caller waits for ends with its own attempt's time limit.
 * - W5. Signals are untrusted: invalid callers are ignored.
 */
import {
  condition,
  defineSignal,
  makeContinueAsNewFunc,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import { Machine } from './machine';
import { detailsOf, memoOf } from '../wire/reservation-memo';
import {
  begunBy,
  isAttempt,
  isCaller,
  isSettled,
  MAX_BYTES,
  type ReservationInput,
  type ReservationMemo,
} from '../wire/reservation';
import { CLOSE, LEAVE, SETTLE, WAIT } from '../wire/names';
import { Alarm } from './alarm';
import { LivenessQuestions } from './liveness-questions';
import { wake } from './wake';

export async function activityCacheReservationV1(input: ReservationInput): Promise<void> {
  const machine = new Machine(input.state ?? begunBy(input.first, Date.now()), Date.now);
  const questions = new LivenessQuestions(machine.state, input.leaseMs);
  const alarm = new Alarm();
  const closing = new Alarm();
  let closesAt = workflowInfo().runStartTime.getTime() + (input.openMs ?? 0);
  // The memo as the starter of this run wrote it. Signals that arrived since are handled as soon as
  // there is a handler.
  let published = textOf(memoOf(machine.state, input));
  let signals = 0;
  let news = true;

  const handle = (name: string, act: (argument: unknown) => void) =>
    setHandler(defineSignal<[unknown]>(name), (argument) => {
      signals++;
      news = true;
      act(argument);
    });
  handle(WAIT, (callers) => {
    if (Array.isArray(callers)) callers.filter(isCaller).forEach((caller) => machine.wait(caller));
  });
  handle(LEAVE, (callers) => {
    if (Array.isArray(callers)) callers.filter(isAttempt).forEach((caller) => machine.leave(caller));
  });
  handle(SETTLE, (settled) => {
    if (isSettled(settled)) machine.settle(settled);
  });
  handle(CLOSE, () => void (closesAt = 0));

  for (;;) {
    while (news) {
      news = false;
      published = publish(machine, input, published);
      await wake(machine.takeWakes(), input.wakesByHost === true);
    }
    const isLong = signals >= input.signalsPerRun || workflowInfo().continueAsNewSuggested;
    if (machine.idle) {
      if (isLong || closing.rings || Date.now() >= closesAt) return;
      closing.set(closesAt);
      await condition(() => news || closing.rings);
      continue;
    }
    if (isLong) {
      if (JSON.stringify(machine.state).length <= MAX_BYTES)
        return continueReservation({ ...input, state: machine.state });
      machine.release();
      news = true;
      continue;
    }
    const { held, at } = questions.next();
    alarm.set(at);
    await condition(() => news || alarm.rings);
    if (!alarm.rings) continue;
    alarm.clear();
    const gone = await questions.ask(held);
    if (gone === 'process') machine.leaveWith(held);
    if (gone !== undefined) machine.gone(held);
    news = true;
  }
}

/** Starts a new run, which shows the same memo at once. */
function continueReservation(input: ReservationInput): Promise<never> {
  const memo = { ...memoOf(input.state!, input) };
  return makeContinueAsNewFunc<typeof activityCacheReservationV1>({ memo })(input);
}

/** Writes changes to the memo and the current details, for callers and people. */
function publish(machine: Machine, input: ReservationInput, published: string): string {
  const memo = memoOf(machine.state, input);
  setCurrentDetails(detailsOf(machine.state, input, workflowInfo().namespace));
  const text = textOf(memo);
  if (text !== published) upsertMemo({ ...memo });
  return text;
}

/**
 * The memo as text, without the time: a caller that starts a run sets the time by its own clock.
 */
const textOf = ({ since: _, ...memo }: ReservationMemo): string => JSON.stringify(memo);
