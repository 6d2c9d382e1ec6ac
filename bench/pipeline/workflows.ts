/** One pipeline in all ways: what differs is how its steps are done. */
import { cachedWorkflow } from 'temporal-activity-cache/workflow';
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { activities } from './activities';

const options = { startToCloseTimeout: '1 minute' } as const;
const { noop, step } = proxyActivities<typeof activities>(options);
const lookedUp = proxyActivities<typeof activities>({ ...options, cache: true });
const local = proxyLocalActivities<typeof activities>(options);

const WAYS = {
  /** Activities that do nothing. */
  activities: noop,
  /** Hits, served by the Activity's Worker. */
  'activity hits': step,
  /** Hits, looked up in the Workflow. */
  'workflow hits': lookedUp.step,
  /** Misses, of which only the Activity's Worker knows. */
  'activity misses': step,
  /** Misses that were looked up in the Workflow. */
  'workflow misses': lookedUp.step,
  /** Local Activities that do nothing. */
  local: local.noop,
};

export type StepWay = keyof typeof WAYS;

/** So many steps, one after the other. @param first - the argument of the first */
export async function sequence(way: StepWay, steps: number, first = 0): Promise<void> {
  for (let i = 0; i < steps; i++) await WAYS[way](first + i);
}

/** So many steps at once. */
export async function fanOut(way: StepWay, steps: number): Promise<void> {
  await Promise.all(Array.from({ length: steps }, (_, i) => WAYS[way](i)));
}

/** The first pipeline as a whole: a hit runs none of it, once it is known that what it used is as it was. */
export const whole = cachedWorkflow('auto', async (steps: number) => sequence('activity hits', steps));

export async function empty(): Promise<void> {}
