/** The code of the pages runs. */
import { cachedAll, cacheReport, CachePlugin } from 'temporal-activity-cache';
import { embed } from '../../examples/own-activity/activities';
import { activities } from '../../examples/own-activity/settings';
import { embedTwice } from '../../examples/own-activity/unit-test';
import { retrain } from '../../examples/own-activity/run-control';
import { address, bundle, withWorker } from '../helpers/temporal';

test('an Activity of the README is served from the cache, its settings act as they say', async () => {
  const plugins = [new CachePlugin({ store: 'memory:' })];
  await withWorker({ activities: { embed, ...activities }, plugins }, async ({ start }) => {
    const page = { url: 'u', body: 'b' };
    const steps = [
      { type: 'embed', args: ['a'] },
      { type: 'embed', args: ['a'] },
      { type: 'render', args: [page] },
      { type: 'summarize', args: [{ ...page, fetchedAt: 'today' }, 'trace 1'] },
      { type: 'summarize', args: [{ ...page, fetchedAt: 'tomorrow' }, 'trace 2'] },
      { type: 'summarize', args: [{ ...page, body: '' }, 'trace 3'] },
      { type: 'fetchPage', args: ['maintenance'] },
      { type: 'fetchPage', args: ['u'] },
      { type: 'notify', args: ['m'] },
    ];
    const handle = await start('sequence', steps);
    await handle.result();
    const { rows } = await cacheReport(handle);
    expect(
      rows.map(({ activityType, status, reason }) =>
        [activityType, status, reason].filter(Boolean).join(' '),
      ),
    ).toEqual([
      'embed stored',
      'embed hit',
      'render stored',
      'summarize stored',
      'summarize hit',
      'summarize unstored cache-if',
      'fetchPage unstored skipped',
      'fetchPage stored',
      'notify bypassed disabled',
    ]);
  });
});

test('the unit test of the pages runs the body once', async () => {
  const [first, second] = await embedTwice('ab');
  expect(second).toEqual(first);
  expect(first).toHaveLength(2);
});

test('the run control of the pages overwrites what it names, and nothing else', async () => {
  const runs: string[] = [];
  const note = (name: string) => async (x: number) => [runs.push(name), x];
  const group = cachedAll('auto', { load: note('load'), train: note('train') });
  const plugins = [new CachePlugin({ store: 'memory:' })];
  const workflowBundle = await bundle({ plugins: [...plugins] });
  await withWorker(
    { activities: group, workflowBundle, plugins: [...plugins] },
    async ({ run, taskQueue }) => {
      const steps = ['load', 'train', 'load', 'train'].map((type) => ({ type, args: [1] }));
      await run('sequence', steps);
      await retrain(address(), taskQueue, 'sequence', [steps]);
    },
  );
  expect(runs).toEqual(['load', 'train', 'train']);
});
