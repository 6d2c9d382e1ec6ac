/** A hit is an answer, unless the caller wants none any more. */
import { ActivityCancellationDetails } from '@temporalio/common';
import { cached } from 'temporal-activity-cache';
import { MockWorker } from '../helpers/mock';

test.each([
  ['the Worker shuts down', 'WORKER_SHUTDOWN', { workerShutdown: true }],
  ['the Activity is paused', 'PAUSED', { paused: true }],
  ['the Activity is reset', 'RESET', { reset: true }],
] as const)(
  'while %s, a hit is still answered: the attempt does not fail',
  async (_name, reason, details) => {
    let runs = 0;
    const worker = new MockWorker({ f: cached('auto', async () => ++runs) });
    await worker.call('f');
    const interrupted = worker.callWith(
      { onContext: (env) => env.cancel(reason, new ActivityCancellationDetails(details)) },
      'f',
    );
    expect(await interrupted).toBe(1);
    expect(worker.statuses).toEqual(['stored new', 'hit']);
  },
);
