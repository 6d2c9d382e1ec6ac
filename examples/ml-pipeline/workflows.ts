/** The pipeline. Nothing here knows that the steps are cached. */
import { proxyActivities } from '@temporalio/workflow';
import type { activities } from './activities';
import type { Experiment, Outcome } from './types';

const { loadDataset, preprocess, trainModel, evaluate, generateReport } = proxyActivities<typeof activities>({
  startToCloseTimeout: '5 minutes',
  retry: { maximumAttempts: 3 },
});

/** A grid search: trains one model for each point of the grid, and reports on the best. */
export async function mlPipeline({ name, dataset, preprocessing, grid }: Experiment): Promise<Outcome> {
  const raw = await loadDataset(dataset);
  const data = await preprocess(raw, preprocessing);

  const models = await Promise.all(
    grid.map((point, index) => {
      const summary = `${point.trees} trees, depth ${point.depth}`;
      const activityId = `train-${index + 1}: ${summary}`; // so that reports and the UI tell the points apart
      return trainModel.executeWithOptions({ activityId, summary }, [data, point, name]);
    }),
  );
  const model = models.reduce((best, other) => (other.meanError < best.meanError ? other : best));

  const best = model.hyperparameters;
  const score = await evaluate(model, data);
  const report = await generateReport(name, best, score);
  return { best, score, report };
}
