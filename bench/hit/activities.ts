import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { cached, CachePlugin } from 'temporal-activity-cache';
import { compare, type Line } from '../measure';

const STEPS = 20;

/**
 * An Activity that is a hit against one that does nothing, through a Temporal server: as it comes, and tuned. The stock dev server
 * lets each Activity wait some 90 ms, so only the tuned one shows what the cache itself adds.
 */
export async function activities(say: (line: string) => void): Promise<Line[]> {
  const { startTemporalServer } = await import('../../scripts/temporal-server.mjs');
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const logger = new DefaultLogger('WARN');
  const workflowBundle = await bundleWorkflowCode({ workflowsPath: require.resolve('./workflows'), logger });
  const lines: Line[] = [];
  for (const tuned of [true, false]) {
    say(`${STEPS} Activities one after the other on the ${tuned ? 'tuned' : 'stock'} server …`);
    const server = await startTemporalServer({ tuned, log: say });
    const connection = await NativeConnection.connect({ address: server.address });
    const clientConnection = await Connection.connect({ address: server.address });
    let runs = 0;
    const cachedNoop = cached('auto', async () => {
      runs++;
      return 'done';
    });
    const worker = await Worker.create({
      connection,
      taskQueue: 'bench',
      workflowBundle,
      activities: { cachedNoop, noop: async () => 'done' },
      plugins: [new CachePlugin({ store: 'memory:' })],
    });
    const client = new Client({ connection: clientConnection });
    let id = 0;
    const run = (activity: string) =>
      client.workflow.execute('sequential', {
        taskQueue: 'bench',
        workflowId: `bench-${id++}`,
        args: [activity, STEPS],
      });
    await worker.runUntil(async () => {
      lines.push(
        await compare({
          name: `${STEPS} hits, against ${STEPS} no-op Activities, ${tuned ? 'tuned' : 'stock'} server`,
          unit: 'ms',
          aim: { ratio: 1.1 },
          rounds: tuned ? 41 : 7,
          calls: 1,
          ours: () => run('cachedNoop'),
          other: () => run('noop'),
        }),
      );
    });
    if (runs !== 1) throw new Error(`These were no hits: the body ran ${runs} times`);
    await connection.close();
    await clientConnection.close();
    await server.stop();
  }
  return lines;
}
