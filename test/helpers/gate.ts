/** A first body that runs until the test opens it, and the line behind it. The bodies after it end at once. */
import { Context } from '@temporalio/activity';
import { cacheContext } from 'temporal-activity-cache';
import { deferred } from './deferred';
import {
  type BodyCall,
  reservationOf,
  reservationsAreWorkedOn,
  type Serialized,
  type SerializedSetup,
  waitingIn,
  withSerialized,
} from './serialized';
import { until } from './until';

/**
 * Options of a call that hears soon of its cancellation. Its timeout outlasts what a loaded machine keeps an event loop from heartbeats:
 * a call with a single attempt would fail of it.
 */
export const patient = { startToCloseTimeout: '1 minute', heartbeatTimeout: '6 seconds' } as const;

export type Body = (call: BodyCall) => Promise<unknown>;

export interface Gated extends Serialized {
  /** The first body ends, with `'value of 0'`. */
  open(): void;
  /** Resolves when exactly so many wait for the key of the first body. */
  waiting(callers: number): Promise<void>;
  /** Resolves when the reservation of that key has asked for a sign of life of who has the turn, and drawn its conclusion. */
  asked(): Promise<void>;
  /** For another Worker. Its bodies are counted from 0 again. */
  body: Body;
}

export async function withGate<T>(
  setup: SerializedSetup,
  test: (around: Gated) => Promise<T>,
  wrap: (body: Body) => Body = (body) => body,
): Promise<T> {
  const opened = deferred();
  const key = deferred<string>();
  const body = wrap(async ({ index }) => {
    const context = Context.current();
    if (index === 0) key.resolve(cacheContext()!.key);
    // Without a timeout for them none: it does not notice then what becomes of it.
    const heartbeats = context.info.heartbeatTimeoutMs
      ? setInterval(() => context.heartbeat(), 100)
      : undefined;
    try {
      if (index === 0) await Promise.race([opened.promise, context.cancelled]);
      return `value of ${index}`;
    } finally {
      clearInterval(heartbeats);
    }
  });
  return withSerialized(body, setup, async (around) => {
    const { client, plugin } = around;
    const waiting: Gated['waiting'] = (callers) =>
      until(async () => (await waitingIn(client, plugin, await key.promise)) === callers);
    const asked = () =>
      until(async () => {
        const { events } = await (await reservationOf(client, plugin, await key.promise)).fetchHistory();
        // A local Activity leaves a marker, and what follows from its answer stands beside it.
        return events!.some(({ markerRecordedEventAttributes: answer }) => answer != null);
      });
    await reservationsAreWorkedOn(client, plugin); // who comes before may find nobody, and run without its turn
    return test({ ...around, open: opened.resolve, waiting, asked, body });
  });
}
