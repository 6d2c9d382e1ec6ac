/** Large hits and many hits: whatever their size, the Workflow completes. */
import { Connection } from '@temporalio/client';
import { cached, CachePlugin, cacheReport } from 'temporal-activity-cache';
import { shared } from '../helpers/shared';
import { address, type Around, bundle, withWorker } from '../helpers/temporal';

const KB = 1024;
const MB = KB * KB;
const bundled = bundle({
  workflowsPath: require.resolve('../helpers/lookup-workflows'),
  plugins: [new CachePlugin()],
});
type Handle = Awaited<ReturnType<Around['start']>>;

/** How often the body ran for results of so many bytes. */
const bodies = new Map<number, number>();
const f = cached('auto', async (i: number, bytes: number) => {
  bodies.set(bytes, (bodies.get(bytes) ?? 0) + 1);
  return bytes < KB ? i : `${i}`.padEnd(bytes, 'x');
});
const worker = shared<Around>(async (test) =>
  withWorker(
    {
      workflowBundle: await bundled,
      activities: { f },
      plugins: [new CachePlugin({ store: 'memory:' })],
      maxConcurrentActivityTaskExecutions: 20,
    },
    test,
  ),
);

const steps = (n: number, bytes: number, options: object = { cache: true }) =>
  Array.from({ length: n }, (_, i) => ({ type: 'f', args: [i, bytes], options }));

/** How often each kind of event is in a history that may be too large for one message. */
async function eventsOf({ workflowId }: Handle): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const channelArgs = { 'grpc.max_receive_message_length': 64 * MB };
  const connection = await Connection.connect({ address: address(), channelArgs });
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await connection.workflowService.getWorkflowExecutionHistory({
      namespace: 'default',
      execution: { workflowId },
      maximumPageSize: 10,
      nextPageToken,
    });
    for (const event of page.history!.events!) {
      const name = Object.keys(event).find((field) => field.endsWith('EventAttributes'))!;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken !== undefined);
  await connection.close();
  return counts;
}

test('20 parallel hits of 1 MB come through the ordinary Activities, and the Workflow completes', async () => {
  const { start, run } = worker();
  await run('lengthsOf', steps(20, MB, {}));
  const warm = await start('parallelLengths', steps(20, MB));
  expect(await warm.result()).toEqual(Array.from({ length: 20 }, () => MB));
  expect(bodies.get(MB)).toBe(20);
  const { activityTaskScheduledEventAttributes: scheduled } = await eventsOf(warm);
  expect(scheduled).toBe(20);
});

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
