import type { Experiment } from './types';

/** What we search: two sizes of forest, each with shallow and with deep trees. */
export const experiment = (name: string): Experiment => ({
  name,
  dataset: { name: 'diamonds', rows: 3000 },
  preprocessing: { heldOut: 0.2 },
  grid: [
    { trees: 4, depth: 4 },
    { trees: 4, depth: 7 },
    { trees: 8, depth: 4 },
    { trees: 8, depth: 7 },
  ],
});
