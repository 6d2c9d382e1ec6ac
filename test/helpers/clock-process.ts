/**
 * A Worker in a process of its own whose clock may be wrong, over a plain Keyv, told by its argument (JSON). Its body notes in `log` that it begins, a line
 * `begin <pid>`; in the first process it never ends. Says `ready` when it polls, and ends with its parent.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { Keyv } from 'keyv';
import { cached, CachePlugin, PostgresAdapter } from 'temporal-activity-cache';

export interface ClockProcessSetup {
  address: string;
  taskQueue: string;
  /** Of Postgres. */
  uri: string;
  log: string;
  /** The file of the Workflows' bundle. */
  bundle: string;
  /** How far this host's clock is ahead. */
  aheadMs: number;
  hangs: boolean;
}

const setup = JSON.parse(process.argv[2]!) as ClockProcessSetup;
const { address, taskQueue, uri, log, bundle, aheadMs, hangs } = setup;

const now = Date.now;
Date.now = () => now() + aheadMs;

async function main(): Promise<void> {
  process.once('disconnect', () => process.exit());
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: 'ERROR' } },
  });
  // Of the SDK's own core, which has the right clock.
  const { withDeadline } = NativeConnection.prototype;
  NativeConnection.prototype.withDeadline = function (deadline, ...call) {
    return withDeadline.call(this, Number(deadline) - aheadMs, ...call) as never;
  };
  const store = new Keyv({ store: new PostgresAdapter({ uri }) });
  const plugin = new CachePlugin({ store, storeTimeout: '8 seconds' });
  const work = cached({ serialize: true }, async (x: number) => {
    appendFileSync(log, `begin ${process.pid}\n`);
    if (hangs) await sleep(2 ** 30);
    return `${x} of ${process.pid}`;
  });
  const connection = await NativeConnection.connect({ address, plugins: [plugin] });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: { codePath: bundle },
    activities: { work },
    stickyQueueScheduleToStartTimeout: '500 milliseconds',
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
