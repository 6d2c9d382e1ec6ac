/** One after the other: a Keyv cannot compare and write in one step, so a process does it in turns. */
import { setTimeout as sleep } from 'node:timers/promises';

/** By record, not by store: two stores of a process may be on one place without a sign of it. */
const tails = new Map<string, Promise<void>>();

/** An adapter that never answers must not keep its record for ever. */
const PATIENCE_MS = 30_000;

/** Runs `work` when all that was asked for before under this name has ended, well or badly. */
export async function inTurn<T>(name: string, work: () => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const before = tails.get(name);
  const result = before === undefined ? work() : ended(before, patienceMs).then(work);
  const tail = result.then(
    () => {},
    () => {}, // told to whoever asked for it
  );
  tails.set(name, tail);
  void tail.then(() => {
    if (tails.get(name) === tail) tails.delete(name);
  });
  return result;
}

async function ended(tail: Promise<void>, patienceMs: number): Promise<void> {
  const done = new AbortController();
  const patience = sleep(patienceMs, undefined, { ref: false, signal: done.signal }).catch(() => {}); // aborted
  await Promise.race([tail, patience]);
  done.abort();
}
