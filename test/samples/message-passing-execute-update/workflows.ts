import * as wf from '@temporalio/workflow';
import type * as activities from './activities';

const { add } = wf.proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });

export const fetchAndAdd = wf.defineUpdate<number, [number]>('fetchAndAdd');
export const done = wf.defineUpdate('done');

export async function counter(): Promise<number> {
  let count = 0;
  let shouldComplete = false;
  const handler = async (arg: number) => {
    const previous = count;
    count = await add(count, arg);
    return previous;
  };
  const validator = (arg: number) => {
    if (arg < 0) throw new Error('Argument must not be negative');
  };
  wf.setHandler(fetchAndAdd, handler, { validator });
  wf.setHandler(done, () => void (shouldComplete = true));
  await wf.condition(() => shouldComplete);
  return count;
}
