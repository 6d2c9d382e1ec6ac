/** A serialized Activity in `MockActivityEnvironment`, before reservations that say what a test tells them to. */
import type { Context } from '@temporalio/activity';
import type { Payload } from '@temporalio/common';
import {
  cached,
  functionBody,
  cacheContext,
  type CacheOptions,
  type CachePluginOptions,
  MemoryStore,
} from 'temporal-activity-cache';
import type { QueueAnswer } from '../../src/reservation/caller/activity-queue';
import type { TurnOutcome } from '../../src/wire/reservation';
import type { ReservationsOrNot, WaitLimits } from '../../src/reservation/caller/reservations';
import { FaultyStore } from './faulty-store';
import { MockWorker } from './mock';

/** What `acquire` answers, one word after the other; a function is called first. */
type Word = QueueAnswer | 'late';
export type Said = Word | ((limits: WaitLimits, call: MockedCall) => Promise<Word> | Word);

export interface MockedCall {
  store: FaultyStore;
  worker: MockWorker;
  /** What happened, in its order. */
  events: string[];
  /** A call of `f`. */
  call(more?: {
    headers?: Record<string, Payload>;
    onContext?: (env: { cancel(): void }, context: Context) => void;
  }): Promise<unknown>;
}

export interface MockedSetup {
  says?: Said[];
  ready?: () => Promise<ReservationsOrNot>;
  body?: (call: MockedCall) => unknown;
  options?: CacheOptions;
  plugin?: CachePluginOptions;
  /** The store's. */
  clock?: () => number;
}

export function serializedMock({
  says = ['turn'],
  ready,
  body,
  options,
  plugin,
  clock,
}: MockedSetup = {}): MockedCall {
  const events: string[] = [];
  const tickets: number[] = [];
  /** The first ticket is 1, the next other one 2. */
  const ordinalOf = (ticket: number): number => {
    if (!tickets.includes(ticket)) tickets.push(ticket);
    return tickets.indexOf(ticket) + 1;
  };
  const store = new FaultyStore(new MemoryStore(clock));
  const words = [...says];
  const reservations = {
    acquire: async (_reserved: unknown, caller: { ticket: number }, limits: WaitLimits) => {
      events.push(`reserve ${ordinalOf(caller.ticket)}`);
      const said = words.shift() ?? 'turn';
      const told = typeof said === 'function' ? await said(limits, call) : said;
      if (told !== 'turn') return told;
      return {
        end: async (outcome: TurnOutcome) => {
          await Promise.resolve();
          events.push(`end ${outcome}`);
        },
      };
    },
  };
  // The bodies of tests differ, and their keys must not.
  const policies = [functionBody()];
  const f = cached({ behavior: 'auto', policies, serialize: true, ...options }, async () => {
    events.push(`body ${cacheContext()?.why}`);
    return body === undefined ? 'value' : body(call);
  });
  const worker = new MockWorker({ f }, { store, ...plugin });
  for (const operation of ['look', 'put'] as const) {
    const real = store[operation].bind(store) as (argument: never) => Promise<never>;
    store[operation] = (argument: never) => {
      events.push(operation);
      return real(argument);
    };
  }
  const { wired, plugin: made } = worker as unknown as {
    wired: object[];
    plugin: { workers: WeakMap<object, { cache: { useReservations(ready: () => Promise<unknown>): void } }> };
  };
  const { cache } = made.workers.get(wired.at(-1)!)!;
  cache.useReservations(ready ?? (async () => reservations));
  const call: MockedCall = { store, worker, events, call: (more = {}) => worker.callWith(more, 'f') };
  return call;
}
