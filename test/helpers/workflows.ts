/** The Workflows of the integration tests: thin, so that a test says what it calls. */
import { type ActivityOptions, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';

type AnyActivities = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** One Activity call: its type, its arguments, and options that differ from the usual ones. */
export interface Step {
  type: string;
  args?: unknown[];
  local?: boolean;
  options?: Partial<ActivityOptions>;
}

const usual = { startToCloseTimeout: '20 seconds', retry: { maximumAttempts: 1 } } as const;

function call({ type, args = [], local = false, options = {} }: Step): Promise<unknown> {
  const activities = local
    ? proxyLocalActivities<AnyActivities>({ ...usual })
    : proxyActivities<AnyActivities>({ ...usual, ...options });
  return activities[type]!(...args);
}

/** Calls Activities one after the other, and answers their results. */
export async function sequence(steps: Step[]): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const step of steps) results.push(await call(step));
  return results;
}

/** Calls Activities at once, and answers their results. */
export async function parallel(steps: Step[]): Promise<unknown[]> {
  return Promise.all(steps.map(call));
}
