/** The chapters of the demo: what is different in each, and what is worth a remark afterwards. */
import { experiment } from '../experiment';
import type { Experiment } from '../types';
import type { Row } from './words';

export interface Chapter {
  title: string;
  /** The head of its column in the last table. */
  short: string;
  about: string;
  experiment: Experiment;
  /** Runs at the same time, on a second Worker. */
  alongside?: Experiment;
  preprocessVersion: string;
  /** Runs the edited copy of this example, and says what is new. */
  edited?: true;
  /** Says only what the rows show. */
  remark?: (rows: Row[], alongside: Row[]) => string | undefined;
}

const of = (rows: Row[], activityType: string) => rows.filter((row) => row.activityType === activityType);
const allHit = (rows: Row[]) => rows.length > 0 && rows.every((row) => row.status === 'hit');
const ran = (row: Row | undefined) => row?.status === 'stored' || row?.status === 'unstored';

const first = experiment('exp-001');
const deeper = (depth: number) =>
  first.grid.map((point, index) => (index === 3 ? { ...point, depth } : point));

export const chapters: Chapter[] = [
  {
    title: 'A first run',
    short: 'first run',
    about:
      'Loads 3,000 diamonds, prepares them, trains four models on them, evaluates the best, and reports.',
    experiment: first,
    preprocessVersion: 'v2.1',
    remark: (rows) =>
      rows.some((row) => row.status === 'hit')
        ? 'The cache still knows this from an earlier demo. To start with an empty one: npm run demo -- --fresh'
        : undefined,
  },
  {
    title: 'The same inputs, another experiment name',
    short: 'other name',
    about: "trainModel is given the name, but it is declared with ignoredInputs: 'experimentName'.",
    experiment: { ...first, name: 'exp-002' },
    preprocessVersion: 'v2.1',
  },
  {
    title: 'One changed hyperparameter',
    short: 'depth 7 → 8',
    about: 'The fourth point of the grid gets trees of depth 8 instead of 7.',
    experiment: { ...first, name: 'exp-003', grid: deeper(8) },
    preprocessVersion: 'v2.1',
    remark: (rows) => {
      const models = of(rows, 'trainModel');
      if (allHit(models)) return 'The cache knows this hyperparameter from an earlier demo.';
      if (models.filter(ran).length !== 1 || !of(rows, 'evaluate').some(ran)) return undefined;
      return 'The one new model is also the best, so evaluate was given an input it had not seen, and ran too.';
    },
  },
  {
    title: 'A new version of one step',
    short: 'preprocess v2.2',
    about:
      "A new Worker calls its preprocess 'v2.2' instead of 'v2.1'; the inputs are those of the first run.",
    experiment: { ...first, name: 'exp-004' },
    preprocessVersion: 'v2.2',
    remark: (rows) => {
      const [preprocess] = of(rows, 'preprocess');
      if (preprocess?.status === 'hit') return 'The cache knows preprocess v2.2 from an earlier demo.';
      const downstream = [...of(rows, 'trainModel'), ...of(rows, 'evaluate')];
      if (!ran(preprocess) || !allHit(downstream)) return undefined;
      return 'preprocess ran, as its version is new. What it returned is what v2.1 had returned, so the steps after it\nsee no difference: trainModel and evaluate still hit.';
    },
  },
  {
    title: 'Two experiments at the same time',
    short: 'depth 7 → 9',
    about:
      'Both want a model with trees of depth 9. A second Worker, on a queue of its own, shares nothing but the cache with\nthe first; trainModel is declared with serialize: true.',
    experiment: { ...first, name: 'exp-005', grid: deeper(9) },
    alongside: { ...first, name: 'exp-006', grid: deeper(9) },
    preprocessVersion: 'v2.2',
    remark: (rows, alongside) => {
      const models = [...of(rows, 'trainModel'), ...of(alongside, 'trainModel')];
      if (allHit(models)) return 'The cache knows this model from an earlier demo.';
      const joined = models.find((row) => row.status === 'joined');
      if (joined === undefined || models.filter(ran).length !== 1) return undefined;
      return `It was trained once, by ${joined.origin?.workflowId}: training kept that Worker's thread busy all the while. The\nother one waited, and took the same model.`;
    },
  },
  {
    title: 'An edit two imports away',
    short: 'sum() edited',
    about:
      'A copy of the example, in which sum() in numbers.ts adds in another order. activities.ts imports score.ts, which\nimports numbers.ts: trainModel and evaluate reach sum(), and nothing else does.',
    experiment: { ...first, name: 'exp-007', grid: deeper(9) },
    preprocessVersion: 'v2.2',
    edited: true,
    remark: (rows) => {
      const reach = [...of(rows, 'trainModel'), ...of(rows, 'evaluate')];
      if (allHit(reach)) return 'The cache knows the edited code from an earlier demo.';
      const others = [...of(rows, 'loadDataset'), ...of(rows, 'preprocess')];
      if (!reach.every(ran) || !allHit(others)) return undefined;
      return 'Exactly the steps that reach sum() ran.';
    },
  },
];
