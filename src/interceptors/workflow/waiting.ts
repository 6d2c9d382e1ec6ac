/**
 * Waiting of a Workflow for another call's result. It holds no slot, needs no Workflow Task, and
 * survives whatever a Workflow survives. A signal wakes the Workflow. A timer also wakes it now and
 * then, in case the signal is lost. The next look-up decides what either means.
 */
import { condition, defineSignal, setHandler, workflowInfo } from '@temporalio/workflow';
import type { WaitAnswer } from '../../wire/questions';
import { WAKE } from '../../wire/names';
import { shortened } from './summary';

/** A call that waits for another one. */
export interface WaitingCall {
  activityType: string;
  /** `''` for the Workflow itself. */
  activityId: string;
  /** The id of the caller that holds the turn. */
  holder: string;
  /** Since when it waits, in milliseconds since 1970. */
  since: number;
}

interface Waiter extends Omit<WaitingCall, 'holder'> {
  holder?: string;
  /** The verdict of a signal that has not been seen yet. */
  woken?: unknown;
}

/** The first pause. Each further pause is twice as long as the one before. */
const [FIRST_PAUSE_MS, MAX_PAUSE_MS] = [30_000, 600_000];
const MAX_EARLY = 100;
/** The pause if possibly no Worker processes the reservation. */
const UNANSWERED_MS = 10_000;

export class Waiting {
  /**
   * Waiting calls by their ids without the Workflow id and run id. These may differ in a replay,
   * and they differ in a run that was reset.
   */
  private readonly callers = new Map<string, Waiter>();

  /**
   * Verdicts for calls that have not started to wait yet. A Workflow Task that is processed again
   * receives them first.
   */
  private early: { id: string; verdict: unknown }[] = [];

  constructor() {
    setHandler(defineSignal<[unknown]>(WAKE), (message) => {
      const { id, verdict = 'woken' } = (message ?? {}) as { id?: unknown; verdict?: unknown };
      const waiting = [...this.callers].filter(([name]) => String(id).endsWith(name));
      for (const [, caller] of waiting) caller.woken = verdict;
      if (waiting.length === 0) this.early = [...this.early, { id: String(id), verdict }].slice(-MAX_EARLY);
    });
  }

  /** Whether calls wait, also those whose holder is not known. */
  get isAny(): boolean {
    return this.callers.size > 0;
  }

  /** The calls that wait. */
  get calls(): WaitingCall[] {
    return [...this.callers.values()].flatMap(({ holder, ...call }) => (holder ? [{ ...call, holder }] : []));
  }

  /** Begins the wait of one call. */
  begin(id: string, activityType: string): Wait {
    const { workflowId, runId } = workflowInfo();
    const name = id.slice(`${workflowId}/${runId}`.length);
    const early = this.early.find(({ id: woken }) => woken.endsWith(name));
    this.early = this.early.filter((word) => word !== early);
    const began = Date.now();
    const caller: Waiter = { woken: early?.verdict, activityType, activityId: name.slice(1), since: began };
    this.callers.set(name, caller);
    let pauseMs = FIRST_PAUSE_MS;
    return {
      pause: async ({ waitMs = Infinity, pending, holder }) => {
        caller.holder = holder;
        const left = began + waitMs - Date.now();
        const ms = pending === undefined ? pauseMs : UNANSWERED_MS;
        // Its timer is the bar of the call in Temporal's UI.
        const summary = shortened(`cache waits · ${activityType} · for ${holder ?? 'another call'}`);
        if (left > 0) await condition(() => caller.woken !== undefined, Math.min(ms, left), { summary });
        const { woken } = caller;
        pauseMs = woken !== undefined ? FIRST_PAUSE_MS : Math.min(MAX_PAUSE_MS, pauseMs * 2);
        caller.woken = undefined;
        return { woken, enough: Date.now() - began >= waitMs };
      },
      end: () => void this.callers.delete(name),
    };
  }
}

export interface Wait {
  /**
   * Pauses until it is worth looking again.
   * @returns what the signal contained, if one arrived, and whether the total wait has reached
   *   `waitMs`
   * @throws the cancellation of the scope
   */
  pause(
    answer: Partial<Pick<WaitAnswer, 'waitMs' | 'pending' | 'holder'>>,
  ): Promise<{ woken: unknown; enough: boolean }>;
  end(): void;
}
