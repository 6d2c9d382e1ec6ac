/** A Worker with one Activity whose results are as large as they are asked to be, and what is in the histories of its callers. */
import { Connection } from '@temporalio/client';
import { cached, CachePlugin } from 'temporal-activity-cache';
import { shared } from './shared';
import { address, type Around, bundle, withWorker } from './temporal';

export const KB = 1024;
export const MB = KB * KB;
type Handle = Awaited<ReturnType<Around['start']>>;

/** How often the body ran for results of so many bytes. */
export const bodies = new Map<number, number>();
const f = cached('auto', async (i: number, bytes: number) => {
  bodies.set(bytes, (bodies.get(bytes) ?? 0) + 1);
  return bytes < KB ? i : `${i}`.padEnd(bytes, 'x');
});
/** To be called at the top of a file. */
export const sizesWorker = () =>
  shared<Around>(async (test) =>
    withWorker(
      {
        workflowBundle: await bundle({
          workflowsPath: require.resolve('./lookup-workflows'),
          plugins: [new CachePlugin()],
        }),
        activities: { f },
        plugins: [new CachePlugin({ store: 'memory:' })],
        maxConcurrentActivityTaskExecutions: 20,
      },
      test,
    ),
  );

export const steps = (n: number, bytes: number, options: object = { cache: true }) =>
  Array.from({ length: n }, (_, i) => ({ type: 'f', args: [i, bytes], options }));

/** How often each kind of event is in a history that may be too large for one message. */
export async function eventsOf({ workflowId }: Handle): Promise<Record<string, number>> {
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
