/** `npm run demo`: four runs of the pipeline, and what the cache makes of them. Options: demo/options.ts. */
import { Client, Connection } from '@temporalio/client';
import color from 'picocolors';
import { type CacheMode, CachePlugin } from 'temporal-activity-cache';
import { cacheName, forget } from './demo/cache-file';
import { type Chapter, chapters } from './demo/chapters';
import { follow } from './demo/follow';
import { type Options, readOptions } from './demo/options';
import { during, print } from './demo/screen';
import { overview, type Run } from './demo/table';
import { seconds } from './demo/words';
import { WorkerProcess } from './demo/worker-process';
import { mlPipeline } from './workflows';

async function demo({ fresh, ui, mode, postgres }: Options): Promise<void> {
  if (postgres) process.env.ACTIVITY_CACHE_STORE = postgres; // for the Worker's process too
  print(
    color.bold(
      'What does a diamond cost? A machine-learning pipeline on Temporal, with cached Activities.\n',
    ),
  );
  if (fresh) print(forget());
  print(`Cache: ${cacheName()}. It stays for the next time.`);
  if (mode) print(`Each run is started with cache: { mode: '${mode}' }.`);

  const { startTemporalServer } = await import('../../scripts/temporal-server.mjs');
  const server = await during(
    'Starting a Temporal server',
    startTemporalServer({ tuned: true, ui, log: print }),
  );
  const connection = await Connection.connect({ address: server.address });
  const client = new Client({ connection, plugins: [new CachePlugin()] }); // for the option cache of start

  const runs: Run[] = [];
  let worker: WorkerProcess | undefined;
  for (const chapter of chapters) {
    if (worker?.preprocessVersion !== chapter.preprocessVersion) {
      await worker?.stop();
      worker = new WorkerProcess(server.address, chapter.preprocessVersion);
      await during('Starting a Worker', worker.ready(client));
    }
    runs.push(await play(chapter, runs.length + 1, client, mode));
  }
  print(`\n${overview(runs)}`);
  print('With a hit stands the time it saved, with everything else the time it took.\n');
  print(
    'Try it on an Activity of your own: wrap it in cached(…), as examples/ml-pipeline/activities.ts does,',
  );
  print('and give your Worker plugins: [new CachePlugin()], as worker.ts does. Nothing else changes.');

  if (ui) await untilCtrlC(server);
  await worker?.stop();
  await connection.close();
  await server.stop();
}

async function play(chapter: Chapter, number: number, client: Client, mode?: CacheMode): Promise<Run> {
  print(`\n${color.bold(`${number}. ${chapter.title}`)}\n${chapter.about}\n`);
  const handle = await client.workflow.start(mlPipeline, {
    taskQueue: 'ml-pipeline',
    workflowId: `ml-pipeline/${chapter.experiment.name}`,
    workflowIdConflictPolicy: 'TERMINATE_EXISTING', // one that an interrupted demo left on a server of yours
    staticSummary: `Diamond prices: ${chapter.title.toLowerCase()}`,
    args: [chapter.experiment],
    cache: mode && { mode },
  });
  const report = await follow(handle);
  const { best, score } = await handle.result();
  const { startTime, closeTime } = await handle.describe();
  const tookMs = closeTime!.getTime() - startTime.getTime();

  const { calls, hit, joined, savedMs } = report.totals;
  print(
    `\n${hit + joined} of ${calls} steps came from the cache, which saved ${seconds(savedMs)}. The run took ${seconds(tookMs)}.`,
  );
  const error = `$${Math.round(score.meanError)}`;
  print(`Best model: ${best.trees} trees of depth ${best.depth}, wrong by ${error} a diamond on average.`);
  const remark = chapter.remark?.(report.rows);
  if (remark) print(remark);
  return { chapter, report, tookMs };
}

async function untilCtrlC({ address, uiUrl }: { address: string; uiUrl?: string }): Promise<void> {
  const ui = uiUrl ? `${uiUrl}/namespaces/default/workflows` : `the one of your server at ${address}`;
  print(`\nTemporal UI: ${ui}`);
  print('There, the timeline of ml-pipeline/exp-002 shows what hits take: milliseconds each.');
  print(`Another run, from another terminal: TEMPORAL_ADDRESS=${address} npm run client -- exp-005`);
  print('The server and the Worker stay up until Ctrl-C.');
  await new Promise<void>((resolve) => {
    for (const signal of ENDING) process.removeAllListeners(signal).once(signal, () => resolve());
  });
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
// The server and the Worker end with this process, whenever that is.
for (const signal of ENDING) process.once(signal, () => process.exit(130));

const options = readOptions();
if (options) {
  demo(options).catch((error: Error) => {
    print(`\n${color.red(error.message)}${error.cause instanceof Error ? `\n${error.cause.message}` : ''}`);
    process.exit(1);
  });
}
