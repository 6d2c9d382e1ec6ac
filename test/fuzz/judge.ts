/** A program in all its runs: the truth, cold, warm, half of its entries removed; all replayed; what differs. */
import { CachePlugin, type CacheStore, MemoryStore } from 'temporal-activity-cache';
import { FaultyStore, rejects } from '../helpers/faulty-store';
import { type Bundles, type Connections, Fleet, type Mode } from './fleet';
import { hasLocals, type Program, withLocals } from './program';
import { Random } from './random';
import { Replayer } from './replays';
import { type Finding, type RunOptions, runProgram, type RunRecord } from './runs';

export interface Verdict {
  findings: Finding[];
  /** Why what was found is not the plugin's. */
  skipped?: string;
  /** Without the plugin the program is stuck, because it commands something after its end. So there is nothing to compare with. */
  isStuckAfterEnd: boolean;
  runs: number;
  replays: number;
  unhandledCommands: number;
  timedOut: number;
  histories: RunRecord['histories'];
}

const nothingYet = (): Verdict => ({
  findings: [],
  isStuckAfterEnd: false,
  runs: 0,
  replays: 0,
  unhandledCommands: 0,
  timedOut: 0,
  histories: [],
});

const TWIN_RUNS = 12;

/** All that is needed to judge programs; several at a time. */
export class Judge {
  private replayers!: { bare: Replayer; same: Replayer; others: Replayer[] };
  private salts = 0;

  private constructor(
    readonly fleet: Fleet,
    private readonly patienceMs: number,
  ) {}

  static async open(
    to: Connections,
    made: Bundles,
    store: CacheStore | string,
    options: { patienceMs: number },
  ) {
    const fleet = await Fleet.open(to, made, store, ['bare', 'usual', 'small', 'none', 'replaced']);
    const judge = new Judge(fleet, options.patienceMs);
    const down = new FaultyStore(new MemoryStore()).fail(rejects, 'look', 'draw', 'put', 'notes', 'note');
    const replayer = (...plugins: CachePlugin[]) =>
      new Replayer({ workflowBundle: plugins.length > 0 ? made.plugin : made.bare, plugins });
    judge.replayers = {
      bare: replayer(),
      same: replayer(fleet.plugin),
      others: [new MemoryStore(), down].map((other) => replayer(new CachePlugin({ store: other }))),
    };
    judge.replayers.others.push(replayer(new CachePlugin()));
    return judge;
  }

  async close(): Promise<void> {
    const { bare, same, others } = this.replayers;
    await Promise.all([bare, same, ...others].map((replayer) => replayer.close()));
    await this.fleet.close();
  }

  async judge(program: Program): Promise<Verdict> {
    const random = new Random(`${program.name} modes`);
    const salt = `${this.fleet.name}/${this.salts++}`;
    const verdict = nothingYet();
    const run = async (name: string, mode: Mode): Promise<RunRecord> => {
      const where = `${name}, ${mode}`;
      const record = await this.run(
        { program, salt, mode, where, workflowId: `${salt}/${name}` },
        random,
        verdict,
      );
      verdict.findings.push(...record.findings);
      return record;
    };
    const mode = (): Mode =>
      random.weighed({ usual: 4, small: 0.7, replaced: 3, none: program.phases.length > 1 ? 0 : 0.1 });
    const [truth, cold] = await Promise.all([run('truth', 'bare'), run('cold', mode())]);
    verdict.isStuckAfterEnd = truth.isStuckAfterEnd;
    const records = [cold, await run('warm', mode())];
    await this.fleet.plugin.invalidate({ tag: `${salt}/1` });
    records.push(await run('mixed', mode()));
    for (const record of records) verdict.findings.push(...differences(truth, record, program));
    if (verdict.findings.length > 0) verdict.skipped = await this.sdksOwn(program, truth, random);
    return verdict;
  }

  private async run(
    options: Omit<RunOptions, 'patienceMs'>,
    random: Random,
    verdict: Verdict,
  ): Promise<RunRecord> {
    const { fleet, patienceMs } = this;
    const record = await fleet.inTurn(options.mode, () => runProgram(fleet, { ...options, patienceMs }));
    verdict.runs++;
    verdict.histories.push(...record.histories);
    verdict.unhandledCommands += record.unhandledCommands;
    verdict.timedOut += record.timedOut;
    await this.replayAll(record, random, verdict);
    for (const { runId } of record.histories) this.fleet.witness.forget(runId);
    return record;
  }

  private async replayAll({ mode, where, histories, findings }: RunRecord, random: Random, verdict: Verdict) {
    const { bare, same, others } = this.replayers;
    for (const { workflowId, runId, history } of histories) {
      for (const replayer of mode === 'bare' ? [bare] : [same, random.pick(others)]) {
        const trace = this.fleet.witness.traces.get(runId);
        if (trace !== undefined) replayer.witness.traces.set(runId, trace);
        const error = await replayer.replay(history, workflowId);
        verdict.replays++;
        findings.push(
          ...replayer.witness
            .takeWrongs(runId)
            .map((wrong): Finding => ({ ...wrong, where: `${where}, replay` })),
        );
        replayer.witness.forget(runId);
        if (error !== undefined) findings.push({ kind: 'replay', where, text: nondeterminism(error) });
      }
    }
  }

  /**
   * Runs twins without the plugin. The SDK alone does not keep the order of several local Activities on replay, nor that of one which
   * ends while a query is answered: it records the end in the Workflow Task of the query and hands it over in the next one.
   *
   * @returns how the twin fails, if it may fail and does
   */
  private async sdksOwn(program: Program, truth: RunRecord, random: Random): Promise<string | undefined> {
    const asItIs =
      hasLocals(program) || program.queries > 0
        ? await this.fails(program, truth, random)
        : truth.findings[0];
    if (asItIs !== undefined) return `without the plugin: ${asItIs.kind}: ${asItIs.text}`;
    if (program.queries === 0) return undefined;
    const local = await this.fails({ ...withLocals(program), queries: 20 }, undefined, random);
    return local && `${WITH_LOCALS}: ${local.kind}: ${local.text}`;
  }

  /** What goes wrong with a program without the plugin, in some runs. */
  private async fails(
    program: Program,
    truth: RunRecord | undefined,
    random: Random,
  ): Promise<Finding | undefined> {
    const found = [...(truth?.findings ?? [])];
    const uncounted = nothingYet();
    for (let i = 0; i < TWIN_RUNS && found.length === 0; i++) {
      const salt = `${this.fleet.name}/${this.salts++}`;
      const options = { program, salt, mode: 'bare', where: 'twin', workflowId: `${salt}/twin` } as const;
      found.push(...(await this.run(options, random, uncounted)).findings);
    }
    return found[0];
  }
}

/** Why a program is skipped that fails only with local Activities of the user's in the place of look-ups, and more queries. */
export const WITH_LOCALS = 'without the plugin, with local Activities in the place of look-ups';

/** The SDK's message, without what stands around it. */
const nondeterminism = ({ message }: Error): string => /\[TMPRL\d+\][^"]*/.exec(message)?.[0] ?? message;

function differences(truth: RunRecord, record: RunRecord, program: Program): Finding[] {
  const { where } = record;
  const found: Finding[] = [];
  const compare = (what: string, right: string | undefined, got: string | undefined) => {
    if (right !== undefined && got !== undefined && right !== got)
      found.push({ kind: 'difference', where, text: `${what}: ${got}, without cache: ${right}` });
  };
  if (program.cancelledAfter === undefined) compare('outcome', truth.outcome, record.outcome);
  compare('update', truth.updated, record.updated);
  return found;
}
