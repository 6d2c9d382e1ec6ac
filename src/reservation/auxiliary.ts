/**
 * What works for reservations beside the user's Worker: a thread that renews the lease and, where it can have a connection of its own, runs the
 * auxiliary Worker; else that Worker runs here. Its failure never stops the user's Worker: it is told, and tried again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { Worker as Thread } from 'node:worker_threads';
import type { NativeConnection, NativeConnectionOptions } from '@temporalio/worker';
import type { StoreSource } from '../store/elsewhere';
import type { CacheStore } from '../store/store';
import { auxiliaryWorker } from './auxiliary-worker';
import { Lease, type LeaseWord } from './lease';
import type { ThreadData, ThreadWord } from './thread';

export interface AuxiliarySetup {
  connection: NativeConnection;
  /** How the connection was made; undefined where that is not known, or cannot be handed to a thread. */
  connectionOptions: NativeConnectionOptions | undefined;
  namespace: string;
  identity: string;
  taskQueue: string | undefined;
  leaseMs: number;
  store: CacheStore;
  /** Undefined where another thread cannot open it. */
  storeSource: StoreSource | undefined;
  failed: (error: unknown) => void;
}

/** So long the user's Worker waits for the thread, which has a word or two to say to Temporal and the store. */
const LONGEST_END_MS = 10_000;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [1_000, 60_000];

/** The built file, also where this one is run from its source: a thread has no transpiler. */
const THREAD = join(__dirname, '../../lib/reservation/thread.js');

export class Auxiliary {
  readonly lease: Lease;
  private thread?: Thread;
  private readonly ending = new AbortController();
  private readonly running: Promise<unknown>;

  constructor(private readonly setup: AuxiliarySetup) {
    const { storeSource } = setup;
    const { store, leaseMs, failed } = setup;
    const renew = () => void store.note(this.lease.name, String(process.pid)).catch(failed);
    const keepers = { say: (word: LeaseWord) => this.say(word), renew, everyMs: leaseMs / 3 };
    this.lease = new Lease(storeSource === undefined ? undefined : keepers);
    const inThread = storeSource !== undefined && setup.connectionOptions !== undefined;
    this.running = Promise.all([
      storeSource !== undefined && this.keepUp((signal) => this.runThread(storeSource, signal)),
      !inThread && this.keepUp((signal) => this.runHere(signal)),
    ]);
  }

  async end(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async keepUp(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.ending;
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
      try {
        await run(signal);
      } catch (error) {
        this.setup.failed(error);
      }
      if (!signal.aborted) await sleep(pause, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async runHere(signal: AbortSignal): Promise<void> {
    const { connection } = this.setup;
    // Without its plugins: they are for the user's Workers.
    const bare = Object.create(connection, { plugins: { value: [] } }) as NativeConnection;
    const worker = await auxiliaryWorker({ ...this.setup, connection: bare });
    const running = worker.run(); // also at the end: a Worker that never ran would keep its connection
    if (signal.aborted) worker.shutdown();
    else signal.addEventListener('abort', () => worker.shutdown(), { once: true });
    await running;
  }

  private runThread(store: StoreSource, signal: AbortSignal): Promise<void> {
    const { connectionOptions, namespace, identity, taskQueue, leaseMs, failed } = this.setup;
    const workerData: ThreadData = {
      store,
      lease: this.lease.name,
      leaseMs,
      ...(connectionOptions !== undefined && {
        temporal: { connection: connectionOptions, namespace, identity, taskQueue },
      }),
    };
    return new Promise((resolve, reject) => {
      const thread = new Thread(THREAD, { workerData, name: 'activity-cache', execArgv: [] });
      thread.unref();
      this.thread = thread;
      if (this.lease.isHeld) this.say('hold');
      const end = () => {
        thread.ref();
        this.say('end');
        const leave = () => {
          thread.unref(); // not terminated: see thread.ts
          resolve();
        };
        setTimeout(leave, LONGEST_END_MS).unref();
      };
      signal.addEventListener('abort', end, { once: true });
      thread.on('message', (message: ThreadWord) => {
        if ('renewed' in message) this.lease.threadBegan();
        else failed(new Error(message.error));
      });
      thread.once('error', reject);
      thread.once('exit', () => {
        this.thread = undefined;
        this.lease.threadEnded();
        resolve();
      });
    });
  }

  private say(word: LeaseWord | 'end'): void {
    this.thread?.postMessage(word);
  }
}
