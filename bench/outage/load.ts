/** A steady load of cached calls: one every few milliseconds, whether those before it have ended or not. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { cached, type CachePlugin } from 'temporal-activity-cache';
import { mockActivityInterceptors } from 'temporal-activity-cache/testing';

/** One call that has ended; times are those of `performance.now()`. */
export interface Call {
  began: number;
  ended: number;
  hit: boolean;
  /** How long it took without its body. */
  lostMs: number;
}

export class Load {
  readonly calls: Call[] = [];
  private readonly interceptors;
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly logger = new DefaultLogger('ERROR');
  private next = 0;
  private done?: Promise<void>;

  constructor(
    plugin: CachePlugin,
    private readonly keys: number,
    private readonly everyMs: number,
  ) {
    this.interceptors = mockActivityInterceptors(plugin, { f: this.activity });
  }

  /** How long the body of a call took, by its id. */
  private readonly bodies = new Map<number, number>();
  private readonly activity = cached(
    { version: '1', ignoredInputs: 'id' },
    async (key: number, id: number): Promise<string> => {
      const began = performance.now();
      await sleep(1);
      this.bodies.set(id, performance.now() - began);
      return `${key}`.repeat(100);
    },
  );

  async call(key: number): Promise<void> {
    const id = this.next++;
    const env = new MockActivityEnvironment(
      { activityType: 'f' },
      { interceptors: this.interceptors, logger: this.logger },
    );
    const began = performance.now();
    const answer: string = await env.run(this.activity, key, id);
    const ended = performance.now();
    if (answer !== `${key}`.repeat(100)) throw new Error(`A wrong answer to ${key}: ${answer}`);
    const body = this.bodies.get(id);
    this.bodies.delete(id);
    this.calls.push({ began, ended, hit: body === undefined, lostMs: ended - began - (body ?? 0) });
  }

  async warm(): Promise<void> {
    for (let key = 0; key < this.keys; key++) await this.call(key);
    this.calls.length = 0;
  }

  begin(): void {
    this.done = this.keepCalling();
  }

  private async keepCalling(): Promise<void> {
    const began = performance.now();
    for (let i = 0; !this.stopping.signal.aborted; i++) {
      const call = this.call(i % this.keys).finally(() => this.running.delete(call));
      this.running.add(call);
      await sleep(Math.max(0, began + (i + 1) * this.everyMs - performance.now())); // what came too late is made up for
    }
    await Promise.all(this.running);
  }

  async end(): Promise<void> {
    this.stopping.abort();
    await this.done;
  }
}
