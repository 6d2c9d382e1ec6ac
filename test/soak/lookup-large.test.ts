/** Large hits and many hits: whatever their size, the Workflow completes. */
import { bodies, eventsOf, KB, MB, sizesWorker, steps } from '../helpers/sizes';

const worker = sizesWorker();

test('20 parallel hits of 1 MB come through the ordinary Activities, and the Workflow completes', async () => {
  const { start, run } = worker();
  await run('lengthsOf', steps(20, MB, {}));
  const warm = await start('parallelLengths', steps(20, MB));
  expect(await warm.result()).toEqual(Array.from({ length: 20 }, () => MB));
  expect(bodies.get(MB)).toBe(20);
  const { activityTaskScheduledEventAttributes: scheduled } = await eventsOf(warm);
  expect(scheduled).toBe(20);
});

test('50 sequential hits of 32 kB: the Workflow completes, with an ordinary Activity where a Workflow Task is full', async () => {
  const { start, run } = worker();
  const bytes = 31 * KB; // with its label
  await run('parallelLengths', steps(50, bytes, {}));
  const warm = await start('lengthsOf', steps(50, bytes));
  expect(await warm.result()).toEqual(Array.from({ length: 50 }, () => bytes));
  expect(bodies.get(bytes)).toBe(50);
  const { activityTaskScheduledEventAttributes: scheduled = 0, workflowTaskCompletedEventAttributes: tasks } =
    await eventsOf(warm);
  // Where a Workflow Task has no room any more, the ordinary Activity of one call ends it.
  expect(scheduled).toBeGreaterThan(0);
  expect(scheduled).toBeLessThanOrEqual(3);
  expect(tasks).toBeLessThanOrEqual(4);
});
