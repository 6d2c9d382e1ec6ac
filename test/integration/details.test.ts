/** The current details of a run, as Temporal's UI and `temporal workflow metadata` ask for them. */
import { cached, CachePlugin } from 'temporal-activity-cache';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { fromSource } from '../helpers/from-source';
import { bundleWithPlugin, withWorker } from '../helpers/temporal';
import { withLookups, eventsOf } from '../helpers/lookups';
import { newStore, withSerialized } from '../helpers/serialized';
import { until } from '../helpers/until';

interface Queried {
  query<T>(name: string): Promise<T>;
}

const detailsOf = async (handle: Queried): Promise<string> =>
  (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;

const linesOf = async (handle: Queried) => (await detailsOf(handle)).split('\n').filter(Boolean);

const workflows = require.resolve('../helpers/detailed-workflows');
const patient = { startToCloseTimeout: '5 minutes' };

const f = cached('auto', async (x: number) => ({ x }));

const twice = [{ type: 'f', args: [1] }, { type: 'f', args: [1] }]; // prettier-ignore

test('a hit of the Activity half is in the details, without an event more, and without a word in the Workflow', async () => {
  const around = { activities: { f }, plugins: [new CachePlugin({ store: 'memory:' })] };
  const events: string[][] = [];
  for (const bundled of [await bundleWithPlugin(require.resolve('../helpers/workflows')), undefined])
    await withWorker({ ...around, ...(bundled && { workflowBundle: bundled }) }, async ({ start }) => {
      const handle = await start('sequence', twice);
      await handle.result();
      events.push(await eventsOf(handle));
      if (bundled === undefined) return;
      const { runId } = await handle.describe();
      const link = `[${handle.workflowId}](/namespaces/default/workflows/${handle.workflowId}/${runId}/history)`;
      expect(await linesOf(handle)).toEqual([
        expect.stringMatching(/^\*\*Cache: 1 of 2 calls served\*\*, saved .* ms · 1 ran · 0 wait$/),
        expect.stringMatching(/^- \*\*stored\*\* · f \(1\) · took .* ms · new/),
        expect.stringMatching(/^- \*\*hit\*\* · f \(2\) · saved .* ms · computed by /),
      ]);
      expect(await detailsOf(handle)).toContain(`computed by ${link}`);
    });
  expect(events[0]).toEqual(events[1]);
});

test("a Workflow's own details stay, it never reads ours, and both replay", async () => {
  const plugins = [new CachePlugin({ store: 'memory:' })];
  const workflowBundle = await bundleWithPlugin(workflows);
  await withWorker({ activities: { f }, plugins, workflowBundle }, async ({ start }) => {
    const handle = await start('detailed');
    expect(await handle.result()).toEqual(['', 'step 1', 'step 1', 'step 2']);
    expect(await detailsOf(handle)).toMatch(/^step 2\n\n\*\*Cache: 1 of 2 calls served/);
    expect(await detailsOf(handle)).toMatch(/^step 2\n\n\*\*Cache: 1 of 2 calls served/);
    const history = await handle.fetchHistory();
    await Worker.runReplayHistory({ workflowBundle, plugins }, history);
    const without = await bundleWorkflowCode({ workflowsPath: workflows, webpackConfigHook: fromSource, logger: new DefaultLogger('WARN') }); // prettier-ignore
    await Worker.runReplayHistory({ workflowBundle: without }, history);
  });
});

test('with `details: false` there are none, unless the Workflow asks for them', async () => {
  const cache = new CachePlugin({ store: 'memory:', details: false });
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: workflows,
    plugins: [cache],
    webpackConfigHook: fromSource,
    logger: new DefaultLogger('WARN'),
  });
  await withWorker({ activities: { f }, plugins: [cache], workflowBundle }, async ({ start }) => {
    const handle = await start('detailed');
    await handle.result();
    expect(await detailsOf(handle)).toBe('step 2');
    const shown = await start('shown');
    await shown.result();
    expect(await detailsOf(shown)).toMatch(/^\*\*Cache: 0 of 1 calls served/);
  });
});

test('hits of look-ups are in them too, alone and several at once', async () => {
  await withLookups({ f }, async ({ start, run }) => {
    const steps = [1, 2].map((x) => ({ type: 'f', args: [x], options: { cache: true } }));
    await run('parallel', steps);
    for (const workflow of ['parallel', 'sequence']) {
      const handle = await start(workflow, steps);
      expect(await handle.result()).toEqual([{ x: 1 }, { x: 2 }]);
      const [total, ...hits] = await linesOf(handle);
      expect(total).toMatch(/^\*\*Cache: 2 of 2 calls served/);
      expect(hits).toHaveLength(2);
      for (const hit of hits)
        expect(hit).toMatch(/^- \*\*hit\*\* · f \(\d\) · saved .* · computed by \[parallel-/);
    }
  });
});

test('a Workflow that waits says for whom, until it does not wait any more', async () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const body = () => opened.then(() => 'value');
  await withSerialized(
    body,
    {
      plugin: { store: newStore() },
      worker: { workflowBundle: await bundleWithPlugin(require.resolve('../helpers/workflows')) },
    },
    async ({ call, began }) => {
      // prettier-ignore
      const [first] = await call(1, patient);
      await began(1);
      const [second] = await call(1, { ...patient, cache: true });
      await until(async () => (await detailsOf(second!)).includes('waits'));
      const { runId } = await first!.describe();
      const link = `[${first!.workflowId}](/namespaces/default/workflows/${first!.workflowId}/${runId}/history) (1)`;
      const [total, waits] = await linesOf(second!);
      expect(total).toBe('**Cache: 0 of 0 calls served**, saved 0 ms · 0 ran · 1 wait');
      expect(waits).toMatch(/^- \*\*waits\*\* · f \(1\) · for .* · since \d{4}-/);
      expect(waits).toContain(`for ${link} · since`);
      const { events } = await second!.fetchHistory();
      const timer = events!.find(({ timerStartedEventAttributes }) => timerStartedEventAttributes);
      expect(String(timer!.userMetadata!.summary!.data)).toBe(
        `"cache waits · f · for ${first!.workflowId}/${runId}/1"`,
      );
      open();
      await second!.result();
      expect(await detailsOf(second!)).toMatch(
        /^\*\*Cache: 1 of 1 calls served\*\*, .* 0 wait\n\n- \*\*joined\*\* · f/,
      );
    },
  );
});
