/** Real processes on one store: the parent's side. What a process does is in child.ts. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Job, Told } from './child';

export class Process {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves when the process has loaded everything and waits for a job. */
  static async start(): Promise<Process> {
    const child = fork(join(__dirname, 'child.ts'), {
      execArgv: ['--import', 'tsx'],
      serialization: 'advanced',
    });
    const started = new Process(child);
    await started.next('ready');
    return started;
  }

  begin(job: Job): void {
    this.child.send(job);
  }

  onTold(listener: (told: Told) => void): void {
    this.child.on('message', listener as (message: unknown) => void);
  }

  /** @throws when the process ends before it says so, or says that it failed */
  next<Kind extends Told['kind']>(kind: Kind): Promise<Extract<Told, { kind: Kind }>> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`the process ended before it was ${kind}`));
      const listen = (message: unknown) => {
        const told = message as Told;
        if (told.kind === 'failed') reject(new Error(`in the process: ${told.error}`));
        if (told.kind !== kind) return;
        this.child.off('message', listen).off('exit', ended);
        resolve(told as Extract<Told, { kind: Kind }>);
      };
      this.child.on('message', listen).once('exit', ended);
    });
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}
