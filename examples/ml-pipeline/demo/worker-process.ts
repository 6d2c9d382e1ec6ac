/** A Worker in a process of its own, so that training does not stop the demo's display. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { print } from './screen';

const STOP_MS = 5000;

export type TaskQueue = 'ml-pipeline' | 'ml-pipeline-2';

const PROGRAM: Record<TaskQueue, string> = {
  'ml-pipeline': 'worker-child.ts',
  'ml-pipeline-2': 'second-worker.ts',
};

export class WorkerProcess {
  private readonly child: ChildProcess;
  private stopping = false;

  constructor(
    address: string,
    readonly preprocessVersion: string,
    readonly taskQueue: TaskQueue = 'ml-pipeline',
    folder = join(__dirname, '..'),
  ) {
    const env = { ...process.env, TEMPORAL_ADDRESS: address, PREPROCESS_VERSION: preprocessVersion };
    const program = join(folder, 'demo', PROGRAM[taskQueue]);
    this.child = fork(program, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => print(text.trimEnd()));
    }
    this.child.once('exit', (code, signal) => {
      if (this.stopping) return;
      print(`The Worker ended unexpectedly: ${signal ?? `exit code ${code}`}.`);
      process.exit(1);
    });
    process.once('exit', () => this.kill());
  }

  /** Waits until the server has seen it ask for work. */
  async ready(client: Client): Promise<void> {
    for (;;) {
      const { pollers } = await client.workflowService.describeTaskQueue({
        namespace: client.options.namespace,
        taskQueue: { name: this.taskQueue },
        taskQueueType: 2, // of Activities: the SDK asks for these last
      });
      if (pollers?.some(({ identity }) => identity?.startsWith(`${this.child.pid}@`))) return;
      await pause(50);
    }
  }

  /** Lets the Worker finish what it does, for a while. */
  async stop(): Promise<void> {
    this.stopping = true;
    const exit = once(this.child, 'exit');
    const timer = setTimeout(() => this.kill(), STOP_MS);
    this.child.kill('SIGTERM');
    await exit;
    clearTimeout(timer);
  }

  private kill(): void {
    this.child.kill('SIGKILL');
  }
}
