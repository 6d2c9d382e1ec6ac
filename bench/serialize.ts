/** What it costs that many callers of one key wait for one execution: beside no coordination at all, and beside a lock. */
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { type Line, lineOf, report, type Sample, spread } from './measure';
import { RULES } from './serialize/actions';
import { BODY_MS } from './serialize/bodies';
import { Contest, type Result, type Way } from './serialize/contest';

const USAGE = 'npm run bench -- serialize [CALLERS …] [--json]; by default 50 and 200, 1000 takes minutes';
const MAX_CALLERS = 2_000;

/** As many callers as the aims are for. */
const AIMED_AT = 200;
/** A lock takes so long that it has its turn in each third round only. */
const LOCK_EVERY = 3;
const UNRELATED_CALLS = 20;
const roundsFor = (callers: number) => (callers > 500 ? 2 : 6);

async function main(): Promise<void> {
  const json = process.argv.includes('--json');
  const say = (line: string) => void (json || console.log(line));
  const sizes = process.argv
    .slice(2)
    .filter((word) => word !== '--json')
    .map(Number);
  if (!sizes.every((size) => Number.isInteger(size) && size > 0 && size <= MAX_CALLERS)) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  if (sizes.length === 0) sizes.push(50, AIMED_AT);

  const { startTemporalServer } = await import('../scripts/temporal-server.mjs');
  const server = await startTemporalServer({ tuned: true, log: say });
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
  });
  const results: Result[] = [];
  let beside = { alone: [] as number[], beside: [] as number[] };
  await Contest.with(server.address, Math.max(...sizes), async (contest) => {
    for (const way of ['looked up', 'serialized', 'plain', 'mutex'] as const) await contest.round(way, 10); // warm
    if (sizes.includes(AIMED_AT)) {
      say(`An Activity beside ${AIMED_AT} Workflows that wait …`);
      beside = await contest.beside(AIMED_AT, UNRELATED_CALLS);
    }
    for (const callers of sizes) {
      say(`${callers} callers at once, on the tuned server …`);
      for (let round = 0; round < roundsFor(callers); round++) {
        const ways: Way[] = ['looked up', 'serialized', 'plain'];
        if (round % 2 === 1) ways.reverse();
        if (round % LOCK_EVERY === 0) ways.push('mutex');
        for (const way of ways) results.push(await contest.round(way, callers));
      }
    }
  });
  await server.stop();

  const once = results.every(({ way, executions }) => !isOurs(way) || executions === 1);
  const lines = results.some(({ callers }) => callers === AIMED_AT)
    ? [...linesOf(results), besideLine(beside)]
    : [];
  if (json) console.log(JSON.stringify({ results, once, lines }, null, 2));
  else tell(results, once);
  if (!json && lines.length > 0) report(lines, false);
  const inTime = lines.every(({ verdict }) => verdict !== 'missed');
  process.exitCode = once && inTime ? 0 : 1;
}

function linesOf(results: readonly Result[]): Line[] {
  const msOf = (way: Way) =>
    results.filter((one) => one.callers === AIMED_AT && one.way === way).map(({ ms }) => ms);
  const [lookedUp, ours, plain, mutex] = [
    msOf('looked up'),
    msOf('serialized'),
    msOf('plain'),
    msOf('mutex'),
  ];
  const turns = mutex.map((lock, turn) => ({ lock, round: turn * LOCK_EVERY }));
  const line = (name: string, ratio: number, samples: Sample[]) =>
    lineOf({ name: `${AIMED_AT} callers, ${name}`, unit: 'ms', aim: { ratio } }, samples);
  const against = (name: string, of: readonly number[]) => [
    line(
      `${name}, against plain`,
      1.25,
      plain.map((other, round) => ({ ours: of[round]!, other })),
    ),
    line(
      `${name}, against mutex`,
      1 / 5,
      turns.map(({ lock, round }) => ({ ours: of[round]!, other: lock })),
    ),
    line(
      `what is above plain: ${name}, against mutex`,
      1 / 5,
      turns.map(({ lock, round }) => ({ ours: of[round]! - plain[round]!, other: lock - plain[round]! })),
    ),
  ];
  return [...against('waiting in Workflows', lookedUp), ...against('waiting in slots', ours)];
}

const besideLine = ({ alone, beside }: { alone: number[]; beside: number[] }): Line =>
  lineOf(
    {
      name: `an unrelated Activity, beside ${AIMED_AT} that wait, against alone`,
      unit: 'ms',
      aim: { ratio: 1.25 },
    },
    beside.map((ours, call) => ({ ours, other: alone[call]! })),
  );

const isOurs = (way: Way): boolean => way === 'looked up' || way === 'serialized';

/** Medians. */
function tell(results: readonly Result[], once: boolean): void {
  const groups = new Map<string, [Result, ...Result[]]>();
  for (const result of results) {
    const group = `${result.callers} ${result.way}`;
    groups.set(group, [...(groups.get(group) ?? []), result] as [Result, ...Result[]]);
  }
  console.table(
    [...groups.values()].map((group) => {
      const [{ callers, way }] = group;
      const median = (of: keyof Omit<Result, 'way'>) => spread(group.map((one) => one[of])).median;
      return {
        callers,
        way,
        total: `${(median('ms') / 1_000).toFixed(1)} s`,
        executions: median('executions'),
        joined: median('joined'),
        events: median('events'),
        actions: median('actions'),
        'actions a caller': (median('actions') / callers).toFixed(2),
      };
    }),
  );
  console.log(
    `looked up: one execution for all, the others wait in their Workflows. serialized: the same, waiting in slots. plain: the same Activity without a cache. mutex: with a lock Workflow around it.\n` +
      `A body ends ${BODY_MS} ms after the last caller has arrived, so that all the others have to wait; behind the lock, where they\n` +
      `come one by one, ${BODY_MS} ms after its begin. joined: took the value of the execution that they had waited for.\n${RULES}`,
  );
  console.log(`Exactly one execution for each serialized key: ${once ? 'ok' : 'missed'}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
