/** The code of docs/serialized-caching.md runs. */
import { randomUUID } from 'node:crypto';
import { runWorker } from '../../examples/serialized/worker';
import { deferred } from '../helpers/deferred';
import { endsOf, newStore, statusesOf } from '../helpers/serialized';
import { address, withWorker } from '../helpers/temporal';

test('two Workers, many Workflows: a dataset is downloaded once, and all get it', async () => {
  const taskQueue = randomUUID();
  const store = newStore();
  const done = deferred();
  const workers = [1, 2].map(() => runWorker(address(), taskQueue, store, done.promise));
  await withWorker({}, async ({ start }) => {
    const calls = (type: string, args: unknown[]) =>
      Promise.all(
        Array.from({ length: 10 }, () => start('sequence', [{ type, args, options: { taskQueue } }])),
      );
    const downloads = await calls('download', ['diamonds']);
    expect(await endsOf(downloads)).toEqual(Array(10).fill('the rows of diamonds'));
    const { stored, joined = 0, hit = 0, ...others } = await statusesOf(downloads);
    expect([stored, joined + hit, others]).toEqual([1, 9, {}]);
    expect(joined).toBeGreaterThan(0);

    const summaries = await calls('summarize', ['the rows of diamonds']);
    expect(await endsOf(summaries)).toEqual(Array(10).fill('the rows o'));
    expect((await statusesOf(summaries)).stored).toBe(1);
  });
  done.resolve();
  await Promise.all(workers);
});
