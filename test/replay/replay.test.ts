/** Recorded histories replay with the plugin and without it: it adds nothing to them, and takes nothing away. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { CachePlugin } from 'temporal-activity-cache';
import { bundle } from '../helpers/temporal';

const folder = join(__dirname, 'histories');
const files = readdirSync(folder);
const workflowsPath = require.resolve('./workflows');

const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));

test('there are histories from before the plugin, with a cold cache and with a warm one', () => {
  expect(files.map((file) => file.replace('.json', '')).sort()).toEqual(
    ['before', 'cold', 'warm'].flatMap((kind) => [`${kind}-chain`, `${kind}-mixture`]).sort(),
  );
});

describe.each([
  ['with the plugin', true],
  ['without it', false],
])('%s', (_name, withPlugin) => {
  const plugins = () => (withPlugin ? [new CachePlugin({ store: 'memory:' })] : []);

  test.each(files)('%s replays', async (file) => {
    const workflowBundle = await bundle({ workflowsPath, plugins: plugins() });
    await Worker.runReplayHistory({ workflowBundle, plugins: plugins() }, read(file));
  });
});

test('a history that does not fit its Workflow fails here: the replays above can fail', async () => {
  const history = read('cold-mixture.json') as {
    events: { activityTaskScheduledEventAttributes?: { activityType: { name: string } } }[];
  };
  for (const { activityTaskScheduledEventAttributes: scheduled } of history.events) {
    if (scheduled) scheduled.activityType.name = 'another';
  }
  await expect(
    Worker.runReplayHistory({ workflowBundle: await bundle({ workflowsPath }) }, history),
  ).rejects.toThrow(/determinis/i);
});
