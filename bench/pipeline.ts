/** What a pipeline takes that is cached: by step, in either half of the cache, and as a whole; beside steps that do nothing. */
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { report, spread } from './measure';
import { linesOf, tasksOf } from './pipeline/aims';
import { FAN_OUT, SEQUENCE, WIDE_FAN_OUT } from './pipeline/pipelines';
import { type Run, Stage } from './pipeline/stage';
import { RULES } from './serialize/actions';

const SERVERS = ['stock', 'tuned'] as const;

const ROUNDS = [
  { pipeline: SEQUENCE, rounds: { stock: 11, tuned: 31 } },
  { pipeline: FAN_OUT, rounds: { stock: 7, tuned: 11 } },
  { pipeline: WIDE_FAN_OUT, rounds: { stock: 3, tuned: 5 } },
];

const LEGEND = `activities, local: steps that do nothing, as Activities and as local ones. activity hits: served by the Activity's Worker.
workflow hits: looked up in the Workflow (cache: true at the call site). whole: the Workflow itself is a hit. empty: one that does nothing.
Medians, with the middle half of the times.
${RULES}`;

async function main(): Promise<void> {
  const json = process.argv.includes('--json');
  const say = (line: string) => void (json || console.log(line));
  const { startTemporalServer } = await import('../scripts/temporal-server.mjs');
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
  });
  const all: { server: (typeof SERVERS)[number]; runs: Run[] }[] = [];
  for (const name of SERVERS) {
    const server = await startTemporalServer({ tuned: name === 'tuned', log: say });
    const runs: Run[] = [];
    await Stage.on(server.address, async (stage) => {
      for (const { pipeline, rounds } of ROUNDS) {
        say(`${pipeline.name}, on the ${name} server …`);
        runs.push(...(await stage.measure(pipeline, rounds[name])));
      }
    });
    await server.stop();
    all.push({ server: name, runs });
  }

  const lines = all.flatMap(({ server, runs }) => linesOf(server, runs));
  const tasks = all.map(({ server, runs }) => tasksOf(server, runs));
  if (json) console.log(JSON.stringify({ runs: all, lines, tasks }, null, 2));
  else {
    for (const { server, runs } of all) tell(server, runs);
    console.log(LEGEND);
    report(lines, false);
    for (const { text } of tasks) console.log(text);
  }
  const reached = lines.every(({ verdict }) => verdict !== 'missed') && tasks.every(({ ok }) => ok);
  process.exitCode = reached ? 0 : 1;
}

/** Medians, and the middle half of the times. */
function tell(server: string, runs: readonly Run[]): void {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const group = `${run.pipeline} ${run.way}`;
    groups.set(group, [...(groups.get(group) ?? []), run]);
  }
  console.log(`On the ${server} server:`);
  console.table(
    [...groups.values()].map((group) => {
      const of = (count: 'ms' | 'events' | 'actions' | 'workflowTasks') =>
        spread(group.map((run) => run[count]));
      const { low, median, high } = of('ms');
      return {
        pipeline: group[0]!.pipeline,
        way: group[0]!.way,
        ms: `${digits(median)} (${digits(low)} – ${digits(high)})`,
        'Workflow Tasks': of('workflowTasks').median,
        events: of('events').median,
        actions: of('actions').median,
      };
    }),
  );
}

const digits = (ms: number): string => ms.toFixed(ms < 100 ? 1 : 0);

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
