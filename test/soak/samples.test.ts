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

const outcomeOf = ({ printed, ended, runs, failedTasks, warnings }: Outcome) => ({
  printed,
  ended,
  runs,
  failedTasks,
  warnings,
});

describe.each(samples)('$name', (sample: Sample) => {
  const { prints, options = 'auto', neverHits } = sample;
  let plain: ReturnType<typeof outcomeOf>;

  test('as it is', async () => {
    const outcome = await runs.run(sample);
    expect(outcome).toMatchObject({ printed: prints, failedTasks: [], statuses: [], warnings: [] });
    expect(outcome.runs.filter((run) => run.endsWith('RUNNING'))).toEqual([]);
    plain = outcomeOf(outcome);
  });

  test('with the plugin, and nothing cached', async () => {
    const outcome = await runs.run(sample, runs.store());
    expect(outcomeOf(outcome)).toEqual(plain);
    expect(outcome.statuses).toEqual([]);
  });

  test('with everything cached, computed and found', async () => {
    const store = runs.store();
    const computed = await runs.run(sample, store, options);
    expect(outcomeOf(computed)).toEqual(plain);
    const found = await runs.run(sample, store, options);
    expect(outcomeOf(found)).toEqual(plain);
    expect(found.statuses.includes('hit')).toBe(neverHits === undefined);
  });

  test('with everything cached and serialized', async () => {
    expect(outcomeOf(await runs.run(sample, runs.store(), serialized(options)))).toEqual(plain);
  });
});
