// A process with a Worker that does some work and ends in one of the ways there are, told by its argument (JSON, see ends.ts). It says on its
// standard output what became of `run()` and `close()`, and does nothing to end itself beyond what its end is.
const { setTimeout: sleep } = require('node:timers/promises');
const { Context } = require('@temporalio/activity');
const { Client, Connection } = require('@temporalio/client');
const { temporal } = require('@temporalio/proto');
const { DefaultLogger, NativeConnection, Runtime, Worker } = require('@temporalio/worker');
const { default: Keyv } = require('keyv');
const { cachedAll, CachePlugin } = require('temporal-activity-cache');

const { address, bundle, taskQueue, wiring, end, store, serialized } = JSON.parse(process.argv[2]);

/** Of a pending Activity. */
const STARTED = temporal.api.enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_STARTED;

const say = (what) => process.stdout.write(`> ${what}\n`);

const told = (what, promise) =>
  promise.then(
    () => say(`${what} resolves`),
    (error) => say(`${what} rejects: ${error.name}: ${error.message}`),
  );

const reservationQueue = `${taskQueue}-reservations`;
const plugin =
  store &&
  new CachePlugin({
    store: store === 'keyv' ? new Keyv() : store,
    reservations: { taskQueue: reservationQueue },
  });
const pluginAt = (...wirings) => (plugin && wirings.includes(wiring) ? { plugins: [plugin] } : {});

let waits, hangs;
const waiting = new Promise((resolve) => (waits = resolve));
const hanging = new Promise((resolve) => (hangs = resolve));

const activities = cachedAll(
  { behavior: 'auto', serialize: serialized },
  {
    async work(key) {
      await sleep(100);
      return key;
    },
    /** Hears that its Worker is to end, and has a second's work left. */
    async wait() {
      waits();
      await Context.current().cancelled.catch(() => sleep(1_000));
    },
    /** Does not hear it. */
    async hang() {
      hangs();
      await new Promise(() => undefined);
    },
  },
);

async function create(queue) {
  const connection =
    wiring === 'no connection'
      ? undefined
      : await NativeConnection.connect({ address, ...pluginAt('on the connection', 'everywhere') });
  const worker = await Worker.create({
    ...(connection && { connection }),
    taskQueue: queue,
    workflowBundle: { codePath: bundle },
    activities,
    ...(end === 'an Activity that hangs' && { shutdownForceTime: '1 second' }),
    ...pluginAt('no connection', 'on the Worker', 'everywhere'),
  });
  return { worker, connection, queue };
}

async function main() {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const clientConnection = await Connection.connect({ address });
  const client = new Client({ connection: clientConnection, ...pluginAt('everywhere') });
  let workflows = 0;
  const start = (type, queue, ...args) =>
    client.workflow.start(type, { taskQueue: queue, workflowId: `${queue}-${++workflows}`, args });
  const works = async (queue, key) => (await start('works', queue, key)).result();
  /** Resolves when so many Activities of the Workflow run. */
  const running = async (handle, count) => {
    for (;;) {
      const { pendingActivities } = (await handle.describe()).raw;
      if (pendingActivities.filter(({ state }) => state === STARTED).length === count) return;
      await sleep(20);
    }
  };

  /** Resolves when somebody works on reservations. */
  const attended = async () => {
    const request = { namespace: 'default', taskQueue: { name: reservationQueue }, taskQueueType: 1 };
    for (;;) {
      const { pollers } = await client.workflowService.describeTaskQueue(request);
      if (pollers.length > 0) return;
      await sleep(20);
    }
  };

  const first = await create(taskQueue);
  const second = end === 'two Workers' && (await create(`${taskQueue}-second`));
  const { worker } = first;

  /** What each end is, once the Worker has done some work. */
  const begin = {
    shutdown: () => worker.shutdown(),
    SIGINT: () => process.kill(process.pid, 'SIGINT'),
    SIGTERM: () => process.kill(process.pid, 'SIGTERM'),
    async 'SIGTERM while a call waits'() {
      await running(await start('waits', taskQueue), 2);
      await waiting;
      process.kill(process.pid, 'SIGTERM');
    },
    async 'an Activity that hangs'() {
      await start('hangs', taskQueue);
      await hanging;
      worker.shutdown();
    },
    'a Workflow out of memory': () => start('exhausts', taskQueue),
    'two Workers': () => worker.shutdown(),
    'process.exit': () => process.exit(3),
    'an uncaught error'() {
      setTimeout(() => {
        throw new Error('uncaught');
      });
    },
  };

  const work = async () => {
    await works(taskQueue, 'a');
    if (plugin && serialized) await attended();
  };
  if (end === 'runUntil') await told('runUntil', worker.runUntil(work));
  else {
    const run = told('run', worker.run());
    const runOfSecond = second && told('run of the second', second.worker.run());
    if (end === 'shutdown at once') worker.shutdown();
    else {
      await work();
      await begin[end]();
    }
    await run;
    if (second) {
      if (first.connection) await told('close while the second runs', first.connection.close());
      say(`the second says ${await works(second.queue, 'b')}`);
      second.worker.shutdown();
      await runOfSecond;
      if (second.connection) await told('close of the second', second.connection.close());
    }
  }
  await told('close of the client', clientConnection.close());
  if (first.connection && !second) await told('close', first.connection.close());
  say('ended');
}

main().catch((error) => {
  console.error(error);
  process.exit(99);
});
