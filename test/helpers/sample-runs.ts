/** Runs the programs of a sample as processes of their own, and says what came of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { cacheReport, type CacheShorthand, type CacheStatus } from 'temporal-activity-cache';
import { RESERVATION_TYPE } from '../../src/wire/names';
import type { Around } from '../samples/around';
import type { Sample, Step } from '../samples/table';
import { FENCE, listed } from './listed';

const { EventType, WorkflowTaskFailedCause } = { ...temporal.api.enums.v1 };
const FOLDER = join(__dirname, '../samples');

/** A process that has not ended by itself so long after it had nothing left to do never will. */
const NEVER_MS = 60_000;

export interface Outcome {
  /** The lines that its clients wrote. */
  printed: string[];
  /** Type and status of each run, sorted. */
  runs: string[];
  /** Of all runs, reservations too. */
  failedTasks: string[];
  /** What the cache did, of the calls in all runs. */
  statuses: CacheStatus[];
  /** Lines of warnings by the cache in the logs of its Workers. */
  warnings: string[];
}

export class SampleRuns {
  private readonly folder = mkdtempSync(join(tmpdir(), 'samples-'));
  private readonly seen = new Set<string>();
  private stores = 0;

  private constructor(
    private readonly address: string,
    private readonly connection: Connection,
  ) {}

  static async connect(address: string): Promise<SampleRuns> {
    return new SampleRuns(address, await Connection.connect({ address }));
  }

  /** An empty store. */
  store(): string {
    return `sqlite:${join(this.folder, `${this.stores++}.db`)}`;
  }

  async run(sample: Sample, store?: string, options?: CacheShorthand): Promise<Outcome> {
    const apart = Object.keys(sample.apart ?? {});
    const plugin = store === undefined ? undefined : { store, options, apart };
    const around: Around = { address: this.address, plugin };
    const programs: Program[] = [];
    for (const step of sample.steps ?? [{ workers: ['worker.ts'], client: 'client.ts' }]) {
      programs.push(...(await this.step(sample.name, step, around)));
    }
    return {
      printed: programs.filter(({ worker }) => !worker).flatMap(({ lines }) => lines),
      warnings: programs.flatMap(({ log }) => log.match(/^.*\[(WARN|ERROR)\] activity cache.*$/gm) ?? []),
      ...(await this.executions(sample)),
    };
  }

  async end(): Promise<void> {
    await this.connection.close();
    rmSync(this.folder, { recursive: true });
  }

  private async step(name: string, { workers = [], client }: Step, around: Around): Promise<Program[]> {
    const running = workers.map((file) => new Program(name, file, around, true));
    const asked = new Program(name, client, around, false);
    try {
      await asked.over(running);
      for (const worker of running) worker.askToEnd();
      for (const worker of running) await worker.over([]);
      return [...running, asked];
    } finally {
      for (const program of [...running, asked]) program.kill();
    }
  }

  private async executions({ converter }: Sample): Promise<Omit<Outcome, 'printed' | 'warnings'>> {
    const dataConverter = await converter?.();
    const client = new Client({ connection: this.connection, dataConverter });
    const runs: string[] = [];
    const failedTasks: string[] = [];
    const statuses: CacheStatus[] = [];
    await listed(client);
    for await (const { workflowId, runId, type, status } of client.workflow.list()) {
      if (type === FENCE || this.seen.has(runId)) continue;
      const handle = client.workflow.getHandle(workflowId, runId);
      const { events } = await handle.fetchHistory();
      for (const { eventType, workflowTaskFailedEventAttributes: failed } of events ?? []) {
        if (eventType !== EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED) continue;
        const cause = WorkflowTaskFailedCause[failed?.cause ?? 0]!;
        if (!cause.endsWith('UNHANDLED_COMMAND'))
          failedTasks.push(`${type} ${cause}: ${failed?.failure?.message}`);
      }
      if (type === RESERVATION_TYPE) continue;
      this.seen.add(runId);
      runs.push(`${type} ${status.name}`);
      const { rows } = await cacheReport(handle);
      statuses.push(...rows.map((row) => row.status));
    }
    return { runs: runs.sort(), failedTasks, statuses };
  }
}

class Program {
  log = '';
  code: number | string | undefined;
  private out = '';
  private readonly child: ChildProcess;
  private readonly exit: Promise<void>;

  constructor(
    folder: string,
    readonly file: string,
    around: Around,
    readonly worker: boolean,
  ) {
    const script = join(FOLDER, folder, file);
    const esm = existsSync(join(FOLDER, folder, 'package.json')) ? ['--import', 'tsx'] : [];
    const preloads = ['--require', 'tsx/cjs', '--require', join(FOLDER, 'around.ts'), ...esm];
    this.child = spawn(process.execPath, [...preloads, script], {
      cwd: join(__dirname, '../..'),
      env: { ...process.env, TEMPORAL_ADDRESS: around.address, SAMPLE: JSON.stringify(around) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.out += text));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.log += text));
    this.exit = once(this.child, 'close').then(([code, signal]) => {
      this.code = (code ?? signal) as number | string;
    });
  }

  get lines(): string[] {
    return this.out.split('\n').filter((line) => line !== '');
  }

  /** Resolves when it has ended by itself and well. Not when it runs for ever, fails, or when one of `others` ends before it. */
  async over(others: Program[]): Promise<void> {
    let timer: NodeJS.Timeout;
    const never = new Promise<void>((resolve) => (timer = setTimeout(resolve, NEVER_MS)));
    await Promise.race([this.exit, never, ...others.map(({ exit }) => exit)]);
    clearTimeout(timer!);
    if (this.code === 0) return;
    const early = others.find(({ code }) => code !== undefined);
    const { file, code, out, log } = early ?? this;
    const what = code === undefined ? 'did not end by itself' : `ended with ${code}`;
    throw new Error(`${file} ${what}${early ? ', before its client' : ''}\n${out}\n${log}`);
  }

  /** As a service manager does; the SDK shuts its Workers down, and what is left is the program's. */
  askToEnd(): void {
    this.child.kill('SIGTERM');
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
