/** The example pipeline, on fewer diamonds: what each setting of its Activities does. */
import { randomUUID } from 'node:crypto';
import { CachePlugin, cacheReport } from 'temporal-activity-cache';
import { activities } from '../../examples/ml-pipeline/activities';
import type { Experiment, Outcome } from '../../examples/ml-pipeline/types';
import type { mlPipeline } from '../../examples/ml-pipeline/workflows';
import { withWorker } from '../helpers/temporal';

beforeAll(() => void jest.spyOn(console, 'log').mockImplementation()); // the Activities say what they train

const shallow = { trees: 2, depth: 2 };
const deep = { trees: 2, depth: 6 };

const experiment = (name: string, grid = [shallow, deep]): Experiment => ({
  name,
  dataset: { name: 'diamonds', rows: 400 },
  preprocessing: { heldOut: 0.2 },
  grid,
});

async function pipeline<T>(
  body: (run: (experiment: Experiment) => Promise<{ outcome: Outcome; statuses: string[] }>) => Promise<T>,
) {
  const setup = {
    activities,
    workflowsPath: require.resolve('../../examples/ml-pipeline/workflows'),
    plugins: [new CachePlugin({ store: 'memory:' })],
  };
  return withWorker(setup, ({ client, taskQueue }) =>
    body(async (args) => {
      const handle = await client.workflow.start<typeof mlPipeline>('mlPipeline', {
        taskQueue,
        workflowId: `pipeline-${randomUUID()}`,
        args: [args],
      });
      const outcome = await handle.result();
      const { rows } = await cacheReport(handle);
      const statuses = rows.map(({ activityType, activityId, status }) =>
        activityType === 'trainModel' ? `${activityId} ${status}` : `${activityType} ${status}`,
      );
      return { outcome, statuses: statuses.sort() };
    }),
  );
}

test('a name does not count, a hyperparameter counts for its own model, a report is always new', async () => {
  await pipeline(async (run) => {
    const first = await run(experiment('exp-001'));
    expect(first.statuses).toEqual([
      'evaluate stored',
      'generateReport bypassed',
      'loadDataset stored',
      'preprocess stored',
      'train-1: 2 trees, depth 2 stored',
      'train-2: 2 trees, depth 6 stored',
    ]);
    expect(first.outcome.best).toEqual(deep);
    expect(first.outcome.score.r2).toBeGreaterThan(0.7);

    const renamed = await run(experiment('exp-002'));
    expect(renamed.statuses).toEqual([
      'evaluate hit',
      'generateReport bypassed',
      'loadDataset hit',
      'preprocess hit',
      'train-1: 2 trees, depth 2 hit',
      'train-2: 2 trees, depth 6 hit',
    ]);
    expect(renamed.outcome.score).toEqual(first.outcome.score);
    expect(renamed.outcome.report).toMatch(/^exp-002, 20/);
    expect(renamed.outcome.report).not.toEqual(first.outcome.report);

    const changed = await run(experiment('exp-003', [{ trees: 2, depth: 3 }, deep]));
    expect(changed.statuses).toEqual([
      'evaluate hit', // the best model is the same
      'generateReport bypassed',
      'loadDataset hit',
      'preprocess hit',
      'train-1: 2 trees, depth 3 stored',
      'train-2: 2 trees, depth 6 hit',
    ]);
  });
});

test('called directly, the steps are plain functions, and repeat exactly', async () => {
  const load = () => activities.loadDataset({ name: 'diamonds', rows: 3000 });
  const table = await load();
  expect(await load()).toEqual(table);
  expect(table.rows).toHaveLength(3000);

  const data = await activities.preprocess(table, { heldOut: 0.2 });
  expect(Object.values(data).map(({ y }) => y.length)).toEqual([1800, 600, 600]);
  const few = await activities.preprocess({ ...table, rows: table.rows.slice(0, 200) }, { heldOut: 0.2 });
  const train = () => activities.trainModel(few, shallow, 'any');
  expect(JSON.stringify(await train())).toBe(JSON.stringify(await train()));
});
