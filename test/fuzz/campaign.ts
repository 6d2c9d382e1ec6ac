/** Many programs at a time, until the time is over; what failed, made smaller, and how to see it again. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { MemoryStore } from 'temporal-activity-cache';
import { bundles, connect } from './fleet';
import { generate } from './generate';
import { Judge, WITH_LOCALS, type Verdict } from './judge';
import type { Program } from './program';
import { shrink } from './shrink';

export interface CampaignOptions {
  address: string;
  /** For SQLite's files. */
  folder: string;
  seed: string;
  seconds: number;
  programs: number;
  /** The index of the one program that is run, again and again. */
  only?: number;
  atOnce: number;
  /** How many failures are made smaller. */
  shrinks: number;
  patienceMs: number;
  log: (line: string) => void;
  verbose?: boolean;
  /** A folder for the histories of programs that failed. */
  keepIn?: string;
}

/** Workers and stores live as long as so many programs take. */
const PROGRAMS_A_FLEET = 150;
const SHRINK_TRIES = 60;
const SHRINK_MS = 90_000;
/** What fails may do so now and then only. */
const TRIES_EACH = 3;

interface Failure {
  index: number;
  program: Program;
  verdict: Verdict;
}

/** @returns how many programs failed */
export async function campaign(options: CampaignOptions): Promise<number> {
  const { address, folder, seed, only, log, programs } = options;
  const made = await bundles();
  const to = await connect(address);
  const until = Date.now() + options.seconds * 1_000;
  const results: Omit<Failure, 'program'>[] = [];
  const failures: Failure[] = [];
  let next = 0;
  const isOver = () => next >= programs || Date.now() >= until;
  try {
    for (let fleets = 0; !isOver(); fleets++) {
      const store = fleets % 3 === 2 ? `sqlite:${join(folder, `${fleets}.db`)}` : new MemoryStore();
      const judge = await Judge.open(to, made, store, options);
      const fleetEnd = Math.min(programs, next + PROGRAMS_A_FLEET);
      const work = async () => {
        while (!isOver() && next < fleetEnd) {
          const count = next++;
          const index = only ?? count;
          const program = generate(seed, index);
          if (options.verbose) log(`${index} begins: ${JSON.stringify(program)}`);
          const verdict = await judge.judge(program);
          results.push({ index, verdict });
          if (verdict.findings.length > 0) await keep(verdict, options, count);
          verdict.histories = []; // they are large
          if (verdict.findings.length === 0) continue;
          for (const { kind, where, text } of verdict.findings.slice(0, 4))
            log(
              `${verdict.skipped ? 'skipped' : 'FAILED'} ${seed}/${index}: ${kind} (${where}): ${text.slice(0, 400)}`,
            );
          if (verdict.skipped === undefined) failures.push({ index, program, verdict });
        }
      };
      await Promise.all(Array.from({ length: options.atOnce }, work));
      if (isOver())
        for (const failure of failures.slice(0, options.shrinks)) await explain(judge, failure, options);
      await judge.close();
    }
  } finally {
    await to.close();
  }
  summarize(results, log);
  return failures.length;
}

/** For a closer look. */
async function keep({ histories }: Verdict, { keepIn, seed }: CampaignOptions, count: number): Promise<void> {
  if (keepIn === undefined) return;
  await mkdir(keepIn, { recursive: true });
  for (const { workflowId, runId, history } of histories) {
    const file = join(keepIn, `${seed}-${count}-${workflowId.split('/').at(-1)}-${runId}.json`);
    await writeFile(file, historyToJSON(history));
  }
}

async function explain(
  judge: Judge,
  { index, program, verdict }: Failure,
  options: CampaignOptions,
): Promise<void> {
  const { seed, log } = options;
  const kinds = new Set(verdict.findings.map(({ kind }) => kind));
  const fails = async (smaller: Program): Promise<boolean> => {
    const verdicts = Promise.all(Array.from({ length: TRIES_EACH }, () => judge.judge(smaller)));
    return (await verdicts).some(
      ({ findings, skipped }) => skipped === undefined && findings.some(({ kind }) => kinds.has(kind)),
    );
  };
  const small = await shrink(program, fails, SHRINK_TRIES, Date.now() + SHRINK_MS);
  log(`\n${seed}/${index} made smaller:\n${JSON.stringify(small)}`);
  log(`Again: npm run fuzz -- --seed ${seed} --only ${index}\n`);
}

function summarize(results: Omit<Failure, 'program'>[], log: (line: string) => void): void {
  const sum = (count: (verdict: Verdict) => number) =>
    results.reduce((all, { verdict }) => all + count(verdict), 0);
  const failed = results.filter(
    ({ verdict }) => verdict.findings.length > 0 && verdict.skipped === undefined,
  );
  const skipped = results.filter(({ verdict }) => verdict.skipped !== undefined);
  const asLocals = skipped.filter(({ verdict }) => verdict.skipped!.startsWith(WITH_LOCALS));
  const having = (kind: string) =>
    failed.filter(({ verdict }) => verdict.findings.some((one) => one.kind === kind)).length;
  const kinds = ['wrong', 'difference', 'stuck', 'failed task', 'replay', 'query'].map(
    (kind) => `${kind} ${having(kind)}`,
  );
  const stuck = results.filter(({ verdict }) => verdict.isStuckAfterEnd);
  for (const { index } of stuck)
    log(`not compared ${index}: without the plugin it commands something after its end, and is stuck`);
  for (const { index, verdict } of skipped) log(`skipped ${index}: ${verdict.skipped!.slice(0, 300)}`);
  log(
    `${results.length} programs, ${sum(({ runs }) => runs)} runs, ${sum(({ replays }) => replays)} replays; ` +
      `${failed.length} programs failed (${kinds.join(', ')}); ${skipped.length} skipped, their twins fail too, ${asLocals.length} of these only with local Activities instead; ` +
      `${stuck.length} not compared, stuck after their end without the plugin; ` +
      `${sum(({ unhandledCommands }) => unhandledCommands)} UnhandledCommand, ${sum(({ timedOut }) => timedOut)} Workflow Tasks timed out`,
  );
}
