/** Worker processes whose calls are serialized, and Workflows that call them. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { RESERVATION_TYPE } from '../../src/wire/names';
import type { SerializeProcessSetup, Task } from './serialize-process';
import type { Handle } from './serialized';
import { workflowBundle } from './temporal';

export const LEASE_MS = 8_000;

/** Who waits in a process that is killed is retried elsewhere once its heartbeats stay out. */
export const waiters = { heartbeatTimeout: '10 seconds', retry: { initialInterval: '10 milliseconds' } };

/** To be called at the top of a test file: what was started ends with each test. */
export function serializeProcesses(place: {
  address: () => string;
  store: () => string;
}): SerializeProcesses {
  const processes = new SerializeProcesses(place);
  beforeAll(() => processes.connect());
  afterEach(() => processes.kill());
  afterAll(() => processes.end());
  return processes;
}

export class SerializeProcesses {
  private readonly folder = mkdtempSync(join(tmpdir(), 'serialize-processes-'));
  private readonly running = new Map<number, ChildProcess>();
  private connection?: Connection;
  private bundle!: string;
  private setup!: SerializeProcessSetup;

  constructor(private readonly place: { address: () => string; store: () => string }) {}

  /** A file that bodies may wait for. */
  get go(): string {
    return `${this.setup.log}.go`;
  }

  async connect(): Promise<void> {
    this.connection = await Connection.connect({ address: this.place.address() });
    this.bundle = (await workflowBundle()).codePath;
  }

  /** So many more processes; the first of a test begin a task queue and a log of their own. */
  async start(count: number, more: Pick<SerializeProcessSetup, 'ttl'> = {}): Promise<void> {
    if (this.running.size === 0) this.begin(more);
    await Promise.all(Array.from({ length: count }, () => this.startOne()));
  }

  /** New processes in the place of those that there are. */
  async restart(): Promise<void> {
    const count = this.running.size;
    this.kill();
    await Promise.all(Array.from({ length: count }, () => this.startOne()));
  }

  signal(pid: number, signal: NodeJS.Signals): void {
    this.running.get(pid)!.kill(signal);
  }

  call(key: string, task: Task, options: object = {}): Promise<Handle> {
    return this.client.workflow.start('sequence', {
      taskQueue: this.setup.taskQueue,
      workflowId: `serialize-${randomUUID()}`,
      args: [
        [{ type: 'work', args: [key, task], options: { startToCloseTimeout: '5 minutes', ...options } }],
      ],
    });
  }

  calls(count: number, ...call: Parameters<SerializeProcesses['call']>): Promise<Handle[]> {
    return Promise.all(Array.from({ length: count }, () => this.call(...call)));
  }

  /** Of the key's bodies, in which processes they began, or ended. */
  notes(what: 'begin' | 'end', key: string): number[] {
    const lines = readFileSync(this.setup.log, 'utf8').split('\n');
    const notes = lines.map((line) => line.split(' ') as [string, string, string]);
    return notes.filter(([done, of]) => done === what && of === key).map(([, , pid]) => Number(pid));
  }

  /** Resolves with the process in which a body of the key began. */
  async begun(key: string): Promise<number> {
    for (;;) {
      const [first] = this.notes('begin', key);
      if (first !== undefined) return first;
      await sleep(10);
    }
  }

  /** Resolves when so many are in line behind the Workflow `holder`. */
  async inLine(holder: Handle, callers: number): Promise<void> {
    const query = `WorkflowType = '${RESERVATION_TYPE}' AND ExecutionStatus = 'Running'`;
    for (;;) {
      for await (const { workflowId } of this.client.workflow.list({ query })) {
        const { memo } = await this.client.workflow.getHandle(workflowId).describe();
        if (String(memo?.holder).startsWith(holder.workflowId) && Number(memo?.waiting) >= callers) return;
      }
      await sleep(50);
    }
  }

  async end(): Promise<void> {
    await this.connection?.close();
    rmSync(this.folder, { recursive: true });
  }

  private get client(): Client {
    return new Client({ connection: this.connection! });
  }

  private begin(more: Pick<SerializeProcessSetup, 'ttl'>): void {
    const name = randomUUID();
    this.setup = {
      address: this.place.address(),
      store: this.place.store(),
      taskQueue: `serialize-${name}`,
      log: join(this.folder, `${name}.log`),
      lease: `${LEASE_MS} milliseconds`,
      bundle: this.bundle,
      ...more,
    };
    writeFileSync(this.setup.log, '');
  }

  private async startOne(): Promise<void> {
    const script = require.resolve('./serialize-process');
    const child = fork(script, [JSON.stringify(this.setup)], { execArgv: ['--require', 'tsx/cjs'] });
    this.running.set(child.pid!, child);
    const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
    if (message !== 'ready') throw new Error(`The Worker process ended: ${String(message)}`);
  }

  kill(): void {
    for (const child of this.running.values()) child.kill('SIGKILL');
    this.running.clear();
  }
}
