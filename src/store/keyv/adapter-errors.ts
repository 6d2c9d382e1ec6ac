/** Some adapters tell a failure by an event alone, and answer as if there were nothing, or as if it were done. */
import { AsyncLocalStorage } from 'node:async_hooks';

interface Heard {
  errors: unknown[];
}

interface Emitter {
  on?: (event: 'error', listener: (error: unknown) => void) => unknown;
}

const listening = new WeakSet<object>();

/** An event belongs to the operation in whose course it is emitted; others, of connections, to nobody here. */
const running = new AsyncLocalStorage<Heard>();

/** Fails where its adapter emits an error in the course of the operation, or else where the operation does. */
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
