/**
 * Some adapters report a failure only by an `error` event, and answer as if there were no record or
 * as if the write had succeeded. Here such operations fail.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

interface Failures {
  errors: unknown[];
}

interface Emitter {
  on?: (event: 'error', listener: (error: unknown) => void) => unknown;
}

const listening = new WeakSet<object>();

/**
 * The operation that is running. An event belongs to the operation that runs when it is emitted.
 * Other events, such as those of connections, are ignored here.
 */
const running = new AsyncLocalStorage<Failures>();

/**
 * Runs an operation. It fails if the adapter emits an error meanwhile, or if the operation itself
 * fails.
 */
export async function failingOnErrorEvents<T>(adapter: Emitter, operation: () => Promise<T>): Promise<T> {
  if (!listening.has(adapter)) {
    listening.add(adapter);
    adapter.on?.('error', (error) => running.getStore()?.errors.push(error));
  }
  const errors: unknown[] = [];
  try {
    const answer = await running.run({ errors }, operation);
    if (errors.length === 0) return answer;
  } catch (error) {
    errors.push(error);
  }
  throw errors[0] instanceof Error ? errors[0] : new Error('the adapter failed', { cause: errors[0] });
}
