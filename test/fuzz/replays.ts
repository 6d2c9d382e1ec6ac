/** Replays of histories, one after the other on one replay Worker. */
import { type ReplayWorkerOptions, Worker } from '@temporalio/worker';
import { Witness } from './fleet';

type History = Parameters<typeof Worker.runReplayHistory>[1];

interface Job {
  history: History;
  workflowId: string;
  resolve: (error: Error | undefined) => void;
}

export class Replayer {
  private readonly jobs: Job[] = [];
  private readonly given: Job[] = [];
  private isClosed = false;
  private wake = () => {};
  private readonly running: Promise<void>;
  /** What the runs did here. */
  readonly witness = new Witness();

  constructor(options: Omit<ReplayWorkerOptions, 'sinks'>) {
    this.running = this.run(options);
  }

  /** @returns why it does not replay */
  replay(history: History, workflowId: string): Promise<Error | undefined> {
    return new Promise((resolve) => {
      this.jobs.push({ history, workflowId, resolve });
      this.wake();
    });
  }

  private async run(options: Omit<ReplayWorkerOptions, 'sinks'>): Promise<void> {
    const withSinks = { ...options, sinks: this.witness.sinks } as ReplayWorkerOptions;
    for await (const { error } of Worker.runReplayHistories(withSinks, this.histories()))
      this.given.shift()!.resolve(error);
  }

  private async *histories() {
    for (;;) {
      const job = this.jobs.shift();
      if (job !== undefined) {
        this.given.push(job);
        yield job;
      } else if (this.isClosed) return;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.wake();
    await this.running;
  }
}
