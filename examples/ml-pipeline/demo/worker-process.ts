/** A Worker in a process of its own, so that training does not stop the demo's display. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { print } from './screen';

const STOP_MS = 5000;

export class WorkerProcess {
  private readonly child: ChildProcess;

  constructor(
    address: string,
    readonly preprocessVersion: string,
  ) {
    const env = { ...process.env, TEMPORAL_ADDRESS: address, PREPROCESS_VERSION: preprocessVersion };
    this.child = fork(join(__dirname, 'worker-child.ts'), { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => print(text.trimEnd()));
    }
  }

  /** Waits until the server has seen it ask for work. */
  async ready(client: Client): Promise<void> {
    for (;;) {
      if (this.ended()) throw new Error('The Worker ended before it was ready.');
      const { pollers } = await client.workflowService.describeTaskQueue({
        namespace: client.options.namespace,
        taskQueue: { name: 'ml-pipeline' },
        taskQueueType: 2, // of Activities: the SDK asks for these last
      });
      if (pollers?.some(({ identity }) => identity?.startsWith(`${this.child.pid}@`))) return;
      await pause(50);
    }
  }

  /** Lets the Worker finish what it does. */
  async stop(): Promise<void> {
    if (this.ended()) return;
    const exit = once(this.child, 'exit');
    const timer = setTimeout(() => this.kill(), STOP_MS);
    this.child.kill('SIGTERM');
    await exit;
    clearTimeout(timer);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}
