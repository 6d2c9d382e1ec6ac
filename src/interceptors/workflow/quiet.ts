/**
 * Detects the end of what an activation causes. Temporal's SDK has no hook for it. All microtasks
 * run between two rounds in which the SDK checks which conditions hold. So a condition of our own,
 * checked before all others, knows when nothing else is left to run.
 */
import { conditions } from './sdk';

/** One promise for all calls, because the SDK traces each promise. */
const settled = Promise.resolve();

// A registered symbol, because another copy of this package may wait for the same moment.
const QUIET = Symbol.for('temporal-activity-cache/quiet');

/**
 * Calls `act` within the current activation, outside of any cancellation scope, as soon as no
 * microtask is left and no condition of the Workflow holds. What `act` causes runs in the same
 * activation.
 */
export function whenQuiet(act: () => void): void {
  const { blockedConditions, nextSeqs } = conditions();
  let drained = false;
  const drain = () => {
    drained = false;
    void settled.then(() => (drained = true));
  };
  // The SDK still has this condition while `act` runs, and may check it again.
  let hasActed = false;
  const isQuiet = (): boolean => {
    if (!drained || hasActed) return false;
    for (const condition of blockedConditions.values()) {
      if (QUIET in condition || !condition.fn()) continue;
      drain(); // The SDK resumes this condition now. Ours is checked again after that.
      return false;
    }
    return true;
  };
  const resume = () => {
    hasActed = true;
    act();
  };
  const ours = { fn: isQuiet, resolve: resume, [QUIET]: true };
  drain();
  const others = [...blockedConditions];
  blockedConditions.clear();
  blockedConditions.set(nextSeqs.condition++, ours);
  for (const [seq, condition] of others) blockedConditions.set(seq, condition);
}
