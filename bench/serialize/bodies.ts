import { setTimeout as sleep } from 'node:timers/promises';
import { defaultPayloadConverter, RawValue } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

export const BODY_MS = 20;

/** Who has not come by then never comes: its task was lost on the way from the server, which gives it out again after its timeout. */
const LOST_MS = 5_000;

interface Round {
  callers: number;
  arrived: number;
  ran: number;
  complete: Promise<void>;
  completed: () => void;
  /** It ends when it is told to, and not before. */
  held: boolean;
  timer?: NodeJS.Timeout;
}

/** Bodies that end a moment after the last caller of their round has arrived: so all callers are there at once, and have to wait. */
export class Bodies {
  private readonly rounds = new Map<string, Round>();

  expect(name: string, callers: number, held = false): void {
    let completed = () => {};
    const complete = new Promise<void>((resolve) => (completed = resolve));
    this.rounds.set(name, { callers, arrived: 0, ran: 0, complete, completed, held });
  }

  async run(name: string): Promise<string> {
    const round = this.rounds.get(name)!;
    round.ran++;
    await round.complete;
    await sleep(BODY_MS);
    return 'computed';
  }

  complete(name: string): void {
    this.rounds.get(name)!.completed();
  }

  /** How many bodies ran. */
  ran(name: string): number {
    return this.rounds.get(name)!.ran;
  }

  /** Counts callers as they arrive at the Worker, before the cache sees them: an Activity, or the first question of a Workflow. */
  readonly interceptors: ActivityInterceptorsFactory = () => ({
    inbound: {
      execute: (input, next) => {
        const round = this.rounds.get(roundOf(input.args));
        if (round !== undefined) arrive(round);
        return next(input);
      },
    },
  });
}

function arrive(round: Round): void {
  clearTimeout(round.timer);
  if (round.held) return;
  if (++round.arrived >= round.callers) round.completed();
  else round.timer = setTimeout(round.completed, LOST_MS);
}

function roundOf([first, second]: unknown[]): string {
  const { waited } = (first ?? {}) as { waited?: unknown };
  if (!(second instanceof RawValue)) return String(first);
  return waited === undefined ? defaultPayloadConverter.fromPayload<string>(second.payload) : '';
}
