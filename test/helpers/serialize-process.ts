/**
 * A Worker in a process of its own whose calls are serialized, told by its argument (JSON). Its body notes in `log` when it begins and ends: a line
 * `begin <key> <pid>`, a line `end …`. Says `ready` when it polls, and ends with its parent.
 */
import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { cachedAll, CachePlugin } from 'temporal-activity-cache';

export interface SerializeProcessSetup {
  address: string;
  taskQueue: string;
  store: string;
  log: string;
  lease: string;
  /** In milliseconds. Default: a value never expires. */
  ttl?: number;
  /** The file of the Workflows' bundle. */
  bundle: string;
}

/** What a body does: waits until a file is there, keeps its event loop busy for so long, or neither. */
export interface Task {
  untilFile?: string;
  blockMs?: number;
}

const { address, taskQueue, store, log, lease, ttl, bundle } = JSON.parse(
  process.argv[2]!,
) as SerializeProcessSetup;

const note = (what: string) => appendFileSync(log, `${what} ${process.pid}\n`);

const activities = cachedAll(
  { behavior: 'auto', serialize: true, ignoredInputs: [1], ttl },
  {
    async work(key: string, { untilFile, blockMs = 0 }: Task) {
      note(`begin ${key}`);
      while (untilFile !== undefined && !existsSync(untilFile)) {
        Context.current().heartbeat();
        await sleep(5, undefined, { signal: Context.current().cancellationSignal });
      }
      for (const end = Date.now() + blockMs; Date.now() < end;);
      note(`end ${key}`);
      return `${key} of ${process.pid}`;
    },
  },
);

async function main(): Promise<void> {
  process.once('disconnect', () => process.exit());
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: 'ERROR' } },
  });
  // On a machine that has too much to do a look-up may take longer than by default: then calls would run without their turn.
  const plugin = new CachePlugin({
    store,
    storeTimeout: '30 seconds',
    reservations: { lease: lease as '5 seconds' },
  });
  const connection = await NativeConnection.connect({ address, plugins: [plugin] });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: { codePath: bundle },
    activities,
    stickyQueueScheduleToStartTimeout: '500 milliseconds', // another one takes over soon when this one is killed
    plugins: [plugin],
  });
  await worker.runUntil(async () => {
    process.send!('ready');
    await new Promise<void>((stop) => process.once('message', () => stop()));
  });
  await connection.close();
  process.exit();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
