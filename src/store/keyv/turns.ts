/**
 * A queue for each record. A Keyv cannot compare and write in one step, so the writes of a process
 * to one record run one after the other.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The last work on each record. It is kept by record and not by store, because two stores of a
 * process may use the same data and not know it.
 */
const tails = new Map<string, Promise<void>>();

/** An adapter that never answers must not block its record for ever. */
const PATIENCE_MS = 30_000;

/** Runs `work` when all earlier work on this record has ended, with or without an error. */
export async function inTurn<T>(name: string, work: () => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const before = tails.get(name);
  const result = before === undefined ? work() : ended(before, patienceMs).then(work);
  const tail = result.then(
    () => {},
    () => {}, // the caller of that work gets the error
  );
  tails.set(name, tail);
  void tail.then(() => {
    if (tails.get(name) === tail) tails.delete(name);
  });
  return result;
}

async function ended(tail: Promise<void>, patienceMs: number): Promise<void> {
  const done = new AbortController();
  // Aborted.
  const patience = sleep(patienceMs, undefined, { ref: false, signal: done.signal }).catch(() => {});
  await Promise.race([tail, patience]);
  done.abort();
}
