/** What the histories `caller-…` ran. Changing this file breaks their replay: record new ones (CONTRIBUTING.md). */
import { proxyActivities } from '@temporalio/workflow';

interface Activities {
  train(x: number): Promise<number>;
  ask(x: number): Promise<number>;
}

const { train, ask } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  retry: { maximumAttempts: 3, initialInterval: 1 },
});

/** Two Activities, the first of which waits, or lets another one wait. */
export async function trained(x: number): Promise<number> {
  const [one, other] = await Promise.all([train(x), train(-x)]);
  return one + other;
}

/** Its Activity starts this Workflow once more, with the same input. */
export async function asked(x: number): Promise<number> {
  return ask(x);
}
