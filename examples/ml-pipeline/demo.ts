/** `npm run demo`: runs of the pipeline, and what the cache makes of them. Options: demo/options.ts. */
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import color from 'picocolors';
import { type CacheMode, CachePlugin } from 'temporal-activity-cache';
import { cacheName, forget } from './demo/cache-file';
import { type Chapter, chapters } from './demo/chapters';
import { editedCopy } from './demo/edited-copy';
import { follow } from './demo/follow';
import { type Options, readOptions } from './demo/options';
import { runToShow, writePage } from './demo/page';
import { during, print } from './demo/screen';
import { overview, type Run } from './demo/table';
import { seconds, stepName } from './demo/words';
import { type TaskQueue, WorkerProcess } from './demo/worker-process';
import type { Experiment } from './types';
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
  const cache = new CachePlugin();
  const client = new Client({ connection, plugins: [cache] }); // for the option cache of start

  const runs: Run[] = [];
  const together: Run[] = [];
  let worker: WorkerProcess | undefined;
  let second: WorkerProcess | undefined;
  for (const chapter of chapters) {
    if (worker?.preprocessVersion !== chapter.preprocessVersion) {
      await worker?.stop();
      worker = new WorkerProcess(server.address, chapter.preprocessVersion);
      await during('Starting a Worker', worker.ready(client));
    }
    if (chapter.alongside && !second) {
      second = new WorkerProcess(server.address, chapter.preprocessVersion, 'ml-pipeline-2');
      await during('Starting a second Worker', second.ready(client));
    }
    if (chapter.edited) {
      await second?.stop();
      second = new WorkerProcess(server.address, chapter.preprocessVersion, 'ml-pipeline-2', editedCopy());
      await during('Starting a Worker with the edited copy', second.ready(client));
    }
    const played = await play(chapter, chapters.indexOf(chapter) + 1, client, mode);
    if (chapter.edited)
      await explainRun(cache, client.workflow.getHandle(`ml-pipeline/${chapter.experiment.name}`));
    (chapter.alongside ? together : runs).push(...played);
  }
  await second?.stop();
  await cache.close();
  print(`\n${overview(runs)}`);
  print(`\nThe two experiments at the same time:\n${overview(together)}`);
  print(
    'With hit and joined stands the time of computing that was saved, with everything else the time it took.\n',
  );
  const { workflowId } = runToShow(runs, together);
  print(
    `A picture of ${workflowId}, for a browser: ${await writePage(workflowId, server.address, server.uiUrl)}`,
  );
  print(`Made by npx temporal-activity-cache report ${workflowId} --html FILE\n`);
  print(
    'Try it on an Activity of your own: wrap it in cached(…), as examples/ml-pipeline/activities.ts does,',
  );
  print('and give your Worker plugins: [new CachePlugin()], as worker.ts does. Nothing else changes.');

  if (ui) await untilCtrlC(server);
  await worker?.stop();
  await connection.close();
  await server.stop();
}

async function play(chapter: Chapter, number: number, client: Client, mode?: CacheMode): Promise<Run[]> {
  print(`\n${color.bold(`${number}. ${chapter.title}`)}\n${chapter.about}\n`);
  const { experiment, alongside } = chapter;
  const start = async ({ name, ...rest }: Experiment, taskQueue: TaskQueue) => ({
    name,
    label: alongside ? `${name}  ` : '',
    handle: await client.workflow.start(mlPipeline, {
      taskQueue,
      workflowId: `ml-pipeline/${name}`,
      workflowIdConflictPolicy: 'TERMINATE_EXISTING', // one that an interrupted demo left on a server of yours
      staticSummary: `Diamond prices: ${chapter.title.toLowerCase()}`,
      args: [{ name, ...rest }],
      cache: mode && { mode },
    }),
  });
  const started = await Promise.all([
    start(experiment, chapter.edited ? 'ml-pipeline-2' : 'ml-pipeline'),
    ...(alongside ? [start(alongside, 'ml-pipeline-2')] : []),
  ]);
  const reports = await follow(started);

  print();
  const runs: Run[] = [];
  for (const [index, { name, label, handle }] of started.entries()) {
    const report = reports[index]!;
    const { startTime, closeTime } = await handle.describe();
    const tookMs = closeTime!.getTime() - startTime.getTime();
    const { calls, hit, joined, savedMs } = report.totals;
    print(
      `${label}${hit + joined} of ${calls} steps came from the cache, which saved ${seconds(savedMs)}. The run took ${seconds(tookMs)}.`,
    );
    const head = alongside ? name : `${number}. ${chapter.short}`;
    runs.push({ head, workflowId: handle.workflowId, report, tookMs });
  }
  const { best, score } = await started[0].handle.result();
  const error = `$${Math.round(score.meanError)}`;
  print(`Best model: ${best.trees} trees of depth ${best.depth}, wrong by ${error} a diamond on average.`);
  const [rows, rowsAlongside] = reports.map((report) => report.rows);
  const remark = chapter.remark?.(rows!, rowsAlongside ?? []);
  if (remark) print(remark);
  return runs;
}

/** Says of each step that ran what is new. */
async function explainRun(cache: CachePlugin, handle: WorkflowHandle): Promise<void> {
  for (const { activityType, activityId = '', why, differences } of await cache.explain({ handle })) {
    if (why !== 'new' || differences.length === 0) continue;
    print(
      `  ${stepName({ activityType, activityId })}: what differs is ${differences.map(({ item }) => item).join(', ')}`,
    );
  }
  print(`The same from the command line: npx temporal-activity-cache explain ${handle.workflowId}`);
}

async function untilCtrlC({ address, uiUrl }: { address: string; uiUrl?: string }): Promise<void> {
  const ui = uiUrl ? `${uiUrl}/namespaces/default/workflows` : `the one of your server at ${address}`;
  print(`\nTemporal UI: ${ui}`);
  print('There, the timeline of ml-pipeline/exp-002 shows what hits take: milliseconds each.');
  print(`Another run, from another terminal: TEMPORAL_ADDRESS=${address} npm run client -- exp-007`);
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
