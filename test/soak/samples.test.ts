/**
 * A suite of the shape of Temporal's own samples: each as it is, then with the plugin and nothing cached, then with everything cached
 * in both halves, twice, then serialized. The outcome is the same, no Workflow Task fails, and every process ends by itself.
 */
import type { CacheShorthand } from 'temporal-activity-cache';
import { ownServer } from '../helpers/own-server';
import { type Outcome, SampleRuns } from '../helpers/sample-runs';
import { type Sample, samples } from '../samples/table';

const server = ownServer();
let runs: SampleRuns;
beforeAll(async () => {
  runs = await SampleRuns.connect(server.address);
}, 120_000);
afterAll(() => runs.end());

const serialized = (options: CacheShorthand = 'auto'): CacheShorthand =>
  typeof options === 'object' ? { ...options, serialize: true } : { behavior: 'auto', serialize: true };

/** Of the sample, what is the same in every mode. */
const outcomeOf = ({ printed, runs, failedTasks }: Outcome, { manyRuns }: Sample) => ({
  printed,
  runs: manyRuns === undefined ? runs : [...new Set(runs)],
  failedTasks,
});

/** One of each shape that differs for the cache; all of them with SOAK=all. */
const SHAPES = ['query-subscriptions', 'state'];
const chosen = process.env.SOAK === 'all' ? samples : samples.filter(({ name }) => SHAPES.includes(name));

describe.each(chosen)('$name', (sample: Sample) => {
  const { prints, options = 'auto', neverHits, warns = [] } = sample;
  let plain: ReturnType<typeof outcomeOf>;

  const expectSame = (outcome: Outcome, warned: string[]) => {
    expect(outcomeOf(outcome, sample)).toEqual(plain);
    expect(outcome.warnings).toEqual(warned.map((part) => expect.stringContaining(part)));
  };

  test('as it is', async () => {
    const outcome = await runs.run(sample);
    expect(outcome).toMatchObject({ printed: prints, failedTasks: [], statuses: [], warnings: [] });
    expect(outcome.runs.filter((run) => run.endsWith('RUNNING'))).toEqual([]);
    plain = outcomeOf(outcome, sample);
  });

  test('with the plugin, and nothing cached', async () => {
    const outcome = await runs.run(sample, runs.store());
    expectSame(outcome, []);
    expect(outcome.statuses).toEqual([]);
  });

  test('with everything cached, computed and found', async () => {
    const store = runs.store();
    expectSame(await runs.run(sample, store, options), warns);
    const found = await runs.run(sample, store, options);
    expectSame(found, warns);
    expect(found.statuses.includes('hit')).toBe(neverHits === undefined);
  });

  test('with everything cached and serialized', async () => {
    expectSame(await runs.run(sample, runs.store(), serialized(options)), warns);
  });
});
