/** The steps of the pipeline: what a diamond costs, learnt from diamonds that were sold. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { RandomForestRegression } from 'ml-random-forest';
import { cached, cachedAll, functionBody, packageVersion } from 'temporal-activity-cache';
import { split, toSamples } from './diamonds';
import { sum } from './numbers';
import { meanError } from './score';
import type { Experiment, Hyperparameters, Model, Score, Split, Table } from './types';

const DATASETS = '@observablehq/sample-datasets';

/** The data is in a package, which is no argument: another version of the package is another version of this step. */
const loadDataset = cached(
  { behavior: 'auto', policies: [functionBody(), packageVersion(DATASETS)] },
  async ({ name, rows }: Experiment['dataset']): Promise<Table> => {
    const csv = await readFile(require.resolve(`${DATASETS}/${name}.csv`));
    const [columns = [], ...all] = parse(csv);
    const every = Math.max(1, Math.floor(all.length / rows));
    return { columns, rows: all.filter((_, index) => index % every === 0).slice(0, rows) };
  },
);

/** Versioned by hand: it stays cached while its code is only tidied, and runs again when we say so. */
const preprocess = cached(
  { behavior: 'override', version: process.env.PREPROCESS_VERSION ?? 'v2.1' },
  async (table: Table, { heldOut }: Experiment['preprocessing']): Promise<Split> =>
    split(toSamples(table), heldOut),
);

/**
 * The same model for every experiment that asks for it: the experiment's name is not part of the key. Experiments that ask at the same
 * time train it once.
 */
const trainModel = cached(
  { behavior: 'auto', serialize: true, ignoredInputs: 'experimentName' },
  async (data: Split, hyperparameters: Hyperparameters, experimentName: string): Promise<Model> => {
    const forest = new RandomForestRegression({
      nEstimators: hyperparameters.trees,
      treeOptions: { maxDepth: hyperparameters.depth, minNumSamples: 15 },
      seed: 42, // the same inputs give the same model, or caching it would be a lie
      noOOB: true,
    });
    console.log(
      `${experimentName}: training ${hyperparameters.trees} trees of depth ${hyperparameters.depth}`,
    );
    forest.train(data.train.x, data.train.y);
    const predicted = forest.predict(data.validation.x);
    return { hyperparameters, meanError: meanError(predicted, data.validation.y), forest: forest.toJSON() };
  },
);

/** Cached by the default of the group, below. Training and this compute in the Worker's own thread, as an example may. */
async function evaluate({ forest }: Model, { test }: Split): Promise<Score> {
  const predicted = RandomForestRegression.load(forest).predict(test.x);
  const mean = sum(test.y) / test.y.length;
  const unexplained = sum(test.y.map((price, index) => (price - predicted[index]!) ** 2));
  const total = sum(test.y.map((price) => (price - mean) ** 2));
  return { meanError: meanError(predicted, test.y), r2: 1 - unexplained / total };
}

/** Never cached: each run gets a report with its own date. */
const generateReport = cached(
  'disable',
  async (experimentName: string, { trees, depth }: Hyperparameters, score: Score): Promise<string> =>
    [
      `${experimentName}, ${new Date().toISOString()}`,
      `The best model has ${trees} trees of depth ${depth}. It is wrong by $${Math.round(score.meanError)} a diamond`,
      `on average, and explains ${(100 * score.r2).toFixed(1)} % of the differences in price.`,
    ].join('\n'),
);

/**
 * Everything in the group is cached unless it says otherwise itself. `'auto'`: a step gets a new version when its code changes, or code
 * that it reaches, such as `sum` in numbers.ts.
 */
export const activities = cachedAll('auto', {
  loadDataset,
  preprocess,
  trainModel,
  evaluate,
  generateReport,
});
