/**
 * A Worker in a process of its own, told by its argument (JSON): `{ address, taskQueue, store, log }`. Each run of a body is a line
 * in the file `log`. Says `ready` to its parent when it polls, and ends with it.
 */
import { appendFileSync } from 'node:fs';
import { Context } from '@temporalio/activity';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { cachedAll, CachePlugin } from 'temporal-activity-cache';
import { bundle } from './temporal';

export interface WorkerProcessSetup {
  address: string;
  taskQueue: string;
  store: string;
  log: string;
}

const { address, taskQueue, store, log } = JSON.parse(process.argv[2]!) as WorkerProcessSetup;

const note = (what: string) => appendFileSync(log, `${what} ${process.pid}\n`);

const activities = cachedAll('auto', {
  async load(name: string) {
    note(`load ${name}`);
    return { name, rows: 3 };
  },
  async train(data: { name: string; rows: number }, depth: number) {
    note(`train ${depth}`);
    return { model: data.name, score: data.rows * depth };
  },
  /** Runs until it is cancelled, or its process is killed, unless another one has begun it before. */
  async stall(name: string) {
    note(`stall ${name}`);
    if (Context.current().info.attempt === 1) await Context.current().cancelled;
    return name;
  },
});

async function main(): Promise<void> {
  process.once('disconnect', () => process.exit());
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: 'ERROR' } },
  });
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: await bundle({}),
    activities,
    stickyQueueScheduleToStartTimeout: '500 milliseconds', // another one takes over soon when this one is killed
    plugins: [new CachePlugin({ store })],
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
