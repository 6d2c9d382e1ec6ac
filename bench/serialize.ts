/** What it costs that many callers of one key wait for one execution: beside no coordination at all, and beside a lock. */
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { type Aim, type Line, lineOf, report, spread } from './measure';
import { RULES } from './serialize/actions';
import { BODY_MS } from './serialize/bodies';
import { Contest, type Result, type Way } from './serialize/contest';

const USAGE = 'npm run bench -- serialize [CALLERS …] [--json]; by default 50 and 200, 1000 takes minutes';
const MAX_CALLERS = 2_000;

/** What waiting may cost against the same Activity without a cache, by the number of callers. */
const OVER_PLAIN = new Map([
  [200, 1.2],
  [1_000, 1.4],
]);
/** What a caller that waits in its Workflow may cost, its own start included. */
const ACTIONS = 5.3;
const USUAL = 200;
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
  if (sizes.length === 0) sizes.push(50, USUAL);

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
    if (sizes.includes(USUAL)) {
      say(`An Activity beside ${USUAL} Workflows that wait …`);
      beside = await contest.beside(USUAL, UNRELATED_CALLS);
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
  const lines = sizes.flatMap((callers) => linesOf(callers, results));
  if (beside.alone.length > 0) lines.push(besideLine(beside));
  if (json) console.log(JSON.stringify({ results, once, lines }, null, 2));
  else tell(results, once);
  if (!json && lines.length > 0) report(lines, false);
  const inTime = lines.every(({ verdict }) => verdict !== 'missed');
  process.exitCode = once && inTime ? 0 : 1;
}

function linesOf(callers: number, all: readonly Result[]): Line[] {
  const of = (way: Way) => all.filter((one) => one.callers === callers && one.way === way);
  const [plain, mutex] = [of('plain'), of('mutex')];
  const ratio = OVER_PLAIN.get(callers);
  const about = (name: string, aim?: Aim) =>
    ({ name: `${callers} callers, ${name}`, unit: 'ms', aim }) as const;
  const against = (name: string, ours: readonly Result[]) => [
    lineOf(
      about(`${name}, against plain`, ratio === undefined ? undefined : { ratio }),
      plain.map((other, round) => ({ ours: ours[round]!.ms, other: other.ms })),
    ),
    lineOf(
      about(`${name}, against mutex`),
      mutex.map((lock, turn) => ({ ours: ours[turn * LOCK_EVERY]!.ms, other: lock.ms })),
    ),
  ];
  const lookedUp = of('looked up');
  const perCaller = ({ actions }: Result) => actions / callers;
  const actions = lineOf(
    { ...about('waiting in Workflows: actions a caller', { value: ACTIONS }), unit: 'actions' },
    lookedUp.map((ours, round) => ({ ours: perCaller(ours), other: perCaller(plain[round]!) })),
  );
  return [
    ...against('waiting in Workflows', lookedUp),
    ...against('waiting in slots', of('serialized')),
    actions,
  ];
}

const besideLine = ({ alone, beside }: { alone: number[]; beside: number[] }): Line =>
  lineOf(
    {
      name: `an unrelated Activity, beside ${USUAL} that wait, against alone`,
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
