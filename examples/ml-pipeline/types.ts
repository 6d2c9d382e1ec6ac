/** What passes between the steps: plain JSON, far below the 2 MB that Temporal allows a value. */
import type { RandomForestRegression } from 'ml-random-forest';

/** A data set as it is in its file. */
export interface Table {
  columns: string[];
  rows: string[][];
}

/** Numbers that a learner understands: `x` holds one row of features for each price in `y`. */
export interface Samples {
  x: number[][];
  y: number[];
}

/** One part to learn from, one to choose a model by, one to judge the chosen model. */
export type Split = Record<'train' | 'validation' | 'test', Samples>;

export interface Hyperparameters {
  trees: number;
  depth: number;
}

export interface Model {
  hyperparameters: Hyperparameters;
  /** On the validation part, in dollars a diamond. */
  meanError: number;
  forest: ReturnType<RandomForestRegression['toJSON']>;
}

/** How good a model is on diamonds that had no part in making or choosing it. */
export interface Score {
  /** In dollars a diamond. */
  meanError: number;
  /** The share of the differences in price that the model explains, 1 at best. */
  r2: number;
}

export interface Experiment {
  name: string;
  dataset: { name: string; rows: number };
  preprocessing: { heldOut: number };
  grid: Hyperparameters[];
}

export interface Outcome {
  best: Hyperparameters;
  score: Score;
  report: string;
}
