/** More hits than one Workflow Task, or one message, has room for. */
import { cacheReport } from 'temporal-activity-cache';
import { bodies, eventsOf, KB, sizesWorker, steps } from '../helpers/sizes';

const worker = sizesWorker();

test('300 sequential hits of 32 kB: the Workflow completes', async () => {
  const { start, run } = worker();
  const bytes = 31 * KB; // with its label
  await run('parallelLengths', steps(300, bytes, {}));
  const warm = await start('lengthsOf', steps(300, bytes));
  expect(await warm.result()).toEqual(Array.from({ length: 300 }, () => bytes));
  expect(bodies.get(bytes)).toBe(300);
  const { activityTaskScheduledEventAttributes: scheduled = 0, workflowTaskCompletedEventAttributes: tasks } =
    await eventsOf(warm);
  // Where a Workflow Task has no room any more, the ordinary Activity of one call ends it.
  expect(scheduled).toBeGreaterThan(0);
  expect(scheduled).toBeLessThanOrEqual(15);
  expect(tasks).toBeLessThanOrEqual(16);
});

test('1,000 small parallel hits complete in at most 5 Workflow Tasks, without an Activity Task', async () => {
  const { start, run } = worker();
  for (let i = 0; i < 1_000; i += 250) await run('parallel', steps(1_000, 0, {}).slice(i, i + 250));
  const warm = await start('parallel', steps(1_000, 0));
  expect(await warm.result()).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
  expect(bodies.get(0)).toBe(1_000);
  const events = await eventsOf(warm);
  expect(events.activityTaskScheduledEventAttributes).toBeUndefined();
  expect(events.workflowTaskCompletedEventAttributes).toBeLessThanOrEqual(5);
  expect((await cacheReport(warm)).totals).toMatchObject({ calls: 1_000, hit: 1_000 });
});

test('the labels of 2,500 small hits are more than one message may hold, and the Workflow completes', async () => {
  const { client, taskQueue } = worker();
  const workflowId = `long-${'x'.repeat(900)}`; // each hit names its origin
  const step = { type: 'f', args: [1, 1], options: { cache: true } };
  const options = { taskQueue, workflowId };
  expect(await client.workflow.execute('sequence', { ...options, args: [[step]] })).toEqual([1]);
  expect(await client.workflow.execute('rounds', { ...options, args: [step, 100, 25] })).toBe(1);
  expect(bodies.get(1)).toBe(1);
});
