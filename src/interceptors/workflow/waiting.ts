/**
 * A Workflow that waits for another call's result: it holds no slot and needs no Workflow Task, and survives whatever a Workflow survives.
 * A signal wakes it, a timer now and then, should the signal be lost; what either means is for the next look-up to say.
 */
import { condition, defineSignal, setHandler, workflowInfo } from '@temporalio/workflow';
import type { WaitAnswer } from '../../wire/questions';
import { WAKE } from '../../wire/names';

/** The first pause; each is twice as long as the one before. */
const [FIRST_PAUSE_MS, MAX_PAUSE_MS] = [30_000, 600_000];
const MAX_EARLY = 100;
/** Where perhaps nobody works on the reservation. */
const UNANSWERED_MS = 10_000;

export class Waiting {
  /** By their ids without those of Workflow and run: a replay may have others, and a run that was reset has. */
  private readonly callers = new Map<string, { woken?: unknown }>();

  /** Words for calls that did not say yet that they wait: a Workflow Task that is done again hears them first. */
  private early: { id: string; verdict: unknown }[] = [];

  constructor() {
    setHandler(defineSignal<[unknown]>(WAKE), (told) => {
      const { id, verdict = 'woken' } = (told ?? {}) as { id?: unknown; verdict?: unknown };
      const waiting = [...this.callers].filter(([name]) => String(id).endsWith(name));
      for (const [, caller] of waiting) caller.woken = verdict;
      if (waiting.length === 0) this.early = [...this.early, { id: String(id), verdict }].slice(-MAX_EARLY);
    });
  }

  /** Of one call, as long as it waits. */
  begin(id: string): Wait {
    const { workflowId, runId } = workflowInfo();
    const name = id.slice(`${workflowId}/${runId}`.length);
    const early = this.early.find(({ id: told }) => told.endsWith(name));
    this.early = this.early.filter((word) => word !== early);
    const caller: { woken?: unknown } = { woken: early?.verdict };
    this.callers.set(name, caller);
    const began = Date.now();
    let pauseMs = FIRST_PAUSE_MS;
    return {
      pause: async ({ waitMs = Infinity, pending }) => {
        const left = began + waitMs - Date.now();
        const ms = pending === undefined ? pauseMs : UNANSWERED_MS;
        if (left > 0) await condition(() => caller.woken !== undefined, Math.min(ms, left));
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
   * Until it is worth looking again.
   * @returns what it was woken with, if it was; and whether it has waited for so long in all
   * @throws the cancellation of the scope
   */
  pause(told: Pick<WaitAnswer, 'waitMs' | 'pending'>): Promise<{ woken: unknown; enough: boolean }>;
  end(): void;
}
