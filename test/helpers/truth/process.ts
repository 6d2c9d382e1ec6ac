/** The parent's side of child.ts. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Order, ToChild, ToParent } from './child';

/** What its bodies ask for; told of the process that asks, so that this may be stopped just then. */
export type Generations = (record: number, key: string, by: CacheProcess) => number;

export class ProcessGone extends Error {}

export class CacheProcess {
  private readonly pending = new Map<
    number,
    { resolve: (answer: any) => void; reject: (error: Error) => void }
  >();
  private orders = 0;
  generations: Generations = () => 0;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (message: ToParent) => this.hear(message));
    child.once('exit', () => {
      for (const { reject } of this.pending.values()) reject(new ProcessGone('the process is gone'));
      this.pending.clear();
    });
  }

  /** Resolves when the process has loaded everything. */
  static async start(): Promise<CacheProcess> {
    const child = fork(join(__dirname, 'child.ts'), { execArgv: ['--require', 'tsx/cjs'] });
    const [first] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if ((first as ToParent).kind !== 'ready') throw new Error(`The process ended: ${String(first)}`);
    return new CacheProcess(child);
  }

  /** @throws {ProcessGone} */
  tell(order: Order): Promise<any> {
    if (!this.child.connected) return Promise.reject(new ProcessGone('the process is gone'));
    const id = ++this.orders;
    this.send({ id, order });
    return new Promise((resolve, reject) => this.pending.set(id, { resolve, reject }));
  }

  stop = (): boolean => this.child.kill('SIGSTOP');
  resume = (): boolean => this.child.kill('SIGCONT');

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  private send(message: ToChild): void {
    if (this.child.connected) this.child.send(message, () => {}); // what a killed process does not hear is not missed
  }

  private hear(message: ToParent): void {
    if (message.kind === 'body') {
      const generation = this.generations(message.record, message.key, this);
      this.send({ id: message.id, generation });
    } else if (message.kind === 'done') {
      const { id, answer, error } = message;
      const { resolve, reject } = this.pending.get(id)!;
      this.pending.delete(id);
      if (error === undefined) resolve(answer);
      else reject(new Error(error));
    }
  }
}
