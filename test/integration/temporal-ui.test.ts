/** What a person sees of the cache in Temporal's UI. The pictures stay in build/screenshots. */
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { cached, CachePlugin } from 'temporal-activity-cache';
import { deferred } from '../helpers/deferred';
import { newStore, reservationOf, withSerialized } from '../helpers/serialized';
import { bundleWithPlugin, withWorker } from '../helpers/temporal';
import { describeInUi, pathOf } from '../helpers/temporal-ui';
import { until } from '../helpers/until';

/** Looking at pages takes its time. */
const patient = { startToCloseTimeout: '5 minutes' };

const bundled = () => bundleWithPlugin(require.resolve('../helpers/workflows'));

describeInUi("in Temporal's UI", (open) => {
  const trainModel = cached('auto', async (depth: number) => {
    const end = performance.now() + 30; // so that there is time to be saved
    while (performance.now() < end);
    return { depth };
  });
  const around = { activities: { trainModel }, plugins: [new CachePlugin({ store: 'memory:' })] };
  const steps = (depths: number[], options = {}) =>
    depths.map((depth) => ({ type: 'trainModel', args: [depth], options }));

  test('the details of a run say which calls were hits, what they saved, and link to the runs that computed them', async () => {
    await withWorker({ ...around, workflowBundle: await bundled() }, async ({ client, taskQueue }) => {
      const start = (workflowId: string, depths: number[]) =>
        client.workflow.start('sequence', { taskQueue, workflowId, args: [steps(depths)] });
      const first = await start(`ml-pipeline/exp-001 (${randomUUID()})`, [1, 2, 3, 4, 5, 6, 7]);
      await first.result();
      const second = await start(`ml-pipeline/exp-002 (${randomUUID()})`, [1, 2, 3, 4, 8, 5, 6, 7]);
      await second.result();

      const shown = await open(await pathOf(second, 'user-metadata'));
      const text = await shown.text('Cache: 7 of 8 calls served, saved ', '1 ran');
      await shown.picture('run-details');
      const ended = [...text.matchAll(/(hit|stored) · trainModel \((\d)\) · (saved|took) /g)];
      expect(ended.map(([, status, id]) => `${id} ${status}`)).toEqual(
        [1, 2, 3, 4, 5, 6, 7, 8].map((id) => `${id} ${id === 5 ? 'stored' : 'hit'}`),
      );
      const links = await shown.links();
      expect(links).toHaveLength(7);
      expect(links[0]!.text).toBe(first.workflowId);
      const origin = await open(new URL(links[0]!.href).pathname);
      await origin.text('Event History', first.workflowId, 'Completed');
    });
  });

  test('the event history of a run with look-ups says hit or miss of each call', async () => {
    await withWorker({ ...around, workflowBundle: await bundled() }, async ({ client, taskQueue }) => {
      const calls = steps([11, 12, 13], { cache: true });
      const run = (workflow: string, args: unknown[]) =>
        client.workflow.start(workflow, { taskQueue, workflowId: `lookups/${randomUUID()}`, args });
      await (await run('sequence', [calls.slice(0, 2)])).result();
      const handle = await run('sequence', [calls]);
      await handle.result();
      const shown = await open(await pathOf(handle, 'history'));
      await shown.text('cache miss · trainModel · ', 'cache lookup · trainModel');
      for (const row of await shown.page.$$('::-p-xpath(//tr[contains(., "Local Activity")])'))
        await row.click();
      const text = await shown.text('"hit · trainModel · saved ', '"miss · trainModel"');
      await shown.page.$$eval('.cm-scroller', (boxes) => boxes.forEach((box) => (box.scrollTop = 1e6)));
      await shown.picture('run-lookups');
      const markers = [...text.matchAll(/"cache": "(hit|miss) · trainModel/g)];
      expect(markers.map(([, verdict]) => verdict).sort()).toEqual(['hit', 'hit', 'miss']);
      const details = await open(await pathOf(handle, 'user-metadata'));
      await details.text('Cache: 2 of 3 calls served', 'hit · trainModel (', 'stored · trainModel (');
      await details.picture('run-lookups-details');
      const timeline = await open(await pathOf(handle, 'timeline'));
      await timeline.text('cache miss · trainModel · ');
      await timeline.picture('run-lookups-timeline');
    });
  });

  test('a run that waits says for whom, whether its Workflow waits or its Activity, and so does the reservation', async () => {
    const opened = deferred();
    const key = deferred<string>();
    const body = (call: { key: string }) => {
      key.resolve(call.key);
      return Promise.race([opened.promise.then(() => 'model'), Context.current().cancelled]);
    };
    const worker = { workflowBundle: await bundled() };
    await withSerialized(
      body,
      { plugin: { store: newStore() }, worker },
      async ({ call, client, plugin }) => {
        const [holder] = await call(1, patient);
        const reservation = await reservationOf(client, plugin, await key.promise);
        const [inWorkflow] = await call(1, { ...patient, cache: true });
        const [inSlot] = await call(1, patient);
        await until(async () => (await reservation.describe()).memo?.waiting === 2);

        const details = await open(await pathOf(inWorkflow!, 'user-metadata'));
        await details.text('1 wait', `waits · f (1) · for ${holder!.workflowId} (1)`);
        await details.picture('waits-details');
        expect((await details.links()).map(({ text }) => text)).toEqual([holder!.workflowId]);
        const timeline = await open(await pathOf(inWorkflow!, 'timeline'));
        await timeline.text(`cache waits · f · for ${holder!.workflowId}`);
        await timeline.picture('waits-timeline');

        const pending = await open(await pathOf(inSlot!, 'pending-activities'));
        await pending.text(`cache waits · for ${holder!.workflowId}`);
        await pending.picture('waits-in-slot');

        const reserved = await open(await pathOf(reservation, 'user-metadata'));
        await reserved.text('one call at a time', `Running: ${holder!.workflowId} (1)`, 'Waiting: 2');
        await reserved.picture('reservation');
        const ids = [holder, holder, inWorkflow, inSlot].map((one) => one!.workflowId);
        expect((await reserved.links()).map(({ text }) => text).sort()).toEqual(ids.sort());
        opened.resolve();
        await Promise.all([holder, inWorkflow, inSlot].map((one) => one!.result()));
      },
    );
  });
});
