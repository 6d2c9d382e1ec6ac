import { continueAsNew, log, proxyActivities, sleep } from '@temporalio/workflow';
import type * as activities from './activities';

const { process } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });

export async function loopingWorkflow(iteration = 0, sum = 0): Promise<number> {
  if (iteration === 10) return sum;
  log.info('Running Workflow iteration', { iteration });
  const square = await process(iteration);
  await sleep(20);
  return continueAsNew<typeof loopingWorkflow>(iteration + 1, sum + square);
}
