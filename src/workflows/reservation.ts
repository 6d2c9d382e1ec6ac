/**
 * The reservation of one key: one Workflow, which callers signal and await. Whose turn it is says ../reservation/machine.ts, whose invariants
 * R1 to R6 hold here; around it:
 *
 * - W1. It ends when there is nothing left to do, and not before: a signal that races the end makes the server refuse it, and is handled.
 * - W2. History is bounded: a new run begins after so many signals, and takes everything with it; callers that are too many for that are let go.
 * - W3. Whether holders are alive is asked only while somebody waits. An answer that cannot be had changes nothing.
 * - W4. A holder that nobody waits for ends with its own attempt's time.
 * - W5. What a signal holds is only data: what is no caller is left out.
 */
import {
  condition,
  defineSignal,
  getExternalWorkflowHandle,
  makeContinueAsNewFunc,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import { Machine, type Wake } from './machine';
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
import { LEAVE, SETTLE, WAIT, WAKE } from '../wire/names';
import { Alarm } from './alarm';
import { LivenessQuestions } from './liveness-questions';

/** So many signals are sent at once. */
const WAKES_AT_ONCE = 200;

export async function activityCacheReservationV1(input: ReservationInput): Promise<void> {
  const machine = new Machine(input.state ?? begunBy(input.first, Date.now()), Date.now);
  const questions = new LivenessQuestions(machine.state, input.leaseMs);
  const alarm = new Alarm();
  // By whoever started this run: what was signalled since is handled as soon as there is a handler.
  let told = textOf(memoOf(machine.state, input));
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

  for (;;) {
    while (news) {
      news = false;
      told = tell(machine, input, told);
      await wake(machine.takeWakes());
    }
    if (machine.idle) return;
    if (signals >= input.signalsPerRun || workflowInfo().continueAsNewSuggested) {
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

/** A new run, which shows at once what this one showed. */
function continueReservation(input: ReservationInput): Promise<never> {
  const memo = { ...memoOf(input.state!, input) };
  return makeContinueAsNewFunc<typeof activityCacheReservationV1>({ memo })(input);
}

/** Writes what has changed where callers and people read it. */
function tell(machine: Machine, input: ReservationInput, told: string): string {
  const memo = memoOf(machine.state, input);
  setCurrentDetails(detailsOf(machine.state, input));
  const text = textOf(memo);
  if (text !== told) upsertMemo({ ...memo });
  return text;
}

/** Of a memo but the time, which the caller that starts a run has by its own clock. */
const textOf = ({ since: _, ...memo }: ReservationMemo): string => JSON.stringify(memo);

/** A Workflow that is gone needs no word. */
async function wake(wakes: Wake[]): Promise<void> {
  for (let from = 0; from < wakes.length; from += WAKES_AT_ONCE) {
    const batch = wakes.slice(from, from + WAKES_AT_ONCE).map(async ({ caller, verdict }) => {
      const { workflowId, runId } = caller;
      if (workflowId === undefined) return;
      await getExternalWorkflowHandle(workflowId, runId).signal(WAKE, { id: caller.id, verdict });
    });
    await Promise.allSettled(batch);
  }
}
