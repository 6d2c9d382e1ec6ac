/** Waits for a function of the user's, but not for ever. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Below the time that a look-up in a Workflow has. */
const PATIENCE_MS = 4_000;

/**
 * The answer of a function that a look-up asks. Rejects if the function does, if there is no answer
 * within 4 seconds, and if the call is cancelled or its Worker shuts down.
 * @param name - of the function, for the error
 */
export async function inTime<T>(name: string, answer: T | Promise<T>, cancelled: AbortSignal): Promise<T> {
  if (!(answer instanceof Promise)) return answer;
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, cancelled]);
  const late = sleep(PATIENCE_MS, undefined, { signal }).then(() => {
    throw new Error(`'${name}' gave no answer within ${PATIENCE_MS / 1000} seconds`);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    late.catch(() => undefined); // nobody waits for it any more
    over.abort();
  }
}
