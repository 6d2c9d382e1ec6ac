/** What the recorded histories ran. Changing this file breaks their replay: record new ones (CONTRIBUTING.md). */
import {
  continueAsNew,
  executeChild,
  proxyActivities,
  proxyLocalActivities,
  sleep,
} from '@temporalio/workflow';

interface Activities {
  double(x: number): Promise<number>;
  describe(x: number): Promise<string>;
}

const usual = {
  startToCloseTimeout: '10 seconds',
  retry: { maximumAttempts: 3, initialInterval: 1 },
} as const;
const ordinary = proxyActivities<Activities>(usual);
const local = proxyLocalActivities<Activities>(usual);

/** An Activity and a timer at once, Activities that end in one Workflow Task, a local one, a child. */
export async function mixture(x: number): Promise<unknown[]> {
  const [doubled] = await Promise.all([ordinary.double(x), sleep(20)]);
  const many = await Promise.all([1, 2, 3].map((i) => ordinary.double(doubled + i)));
  const locally = await local.describe(doubled);
  return [doubled, many, locally, await executeChild(child, { args: [doubled] })];
}

export async function child(x: number): Promise<string> {
  return ordinary.describe(x);
}

/** One run after another. */
export async function chain(x: number): Promise<number> {
  const next = await ordinary.double(x);
  return next > 10 ? next : continueAsNew<typeof chain>(next);
}
