/**
 * Runs what reservations need beside the user's Worker: a thread that renews the lease and runs the
 * auxiliary Worker. That Worker runs in the main thread if the store cannot be opened in another
 * thread, or if it is not known how the connection was made. Only in the last case does it use the
 * user's connection. Its failure never stops the user's Worker: it is reported, and the auxiliary
 * Worker is started again.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { Worker as Thread } from 'node:worker_threads';
import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';
import type { StoreHandle } from '../../store/store-handle';
import type { CacheStore } from '../../store/store';
import { auxiliaryWorker, shutDown } from './auxiliary-worker';
import { Lease, type LeaseWord } from '../caller/lease';
import type { ThreadData, ThreadWord } from './thread';

export interface AuxiliarySetup {
  connection: NativeConnection;
  /**
   * The options of the connection. Undefined if they are not known, or cannot be passed to a
   * thread.
   */
  connectionOptions: NativeConnectionOptions | undefined;
  namespace: string;
  identity: string;
  taskQueue: string | undefined;
  leaseMs: number;
  store: CacheStore;
  /** Undefined if another thread cannot open the store. */
  storeSource: StoreHandle | undefined;
  failed: (error: unknown) => void;
}

/** How long the user's Worker waits for this one to finish its calls to Temporal and the store. */
const MAX_END_MS = 10_000;
const [FIRST_PAUSE_MS, MAX_PAUSE_MS] = [1_000, 60_000];

/** The built file, even if this module runs from its source, because a thread has no transpiler. */
const THREAD = join(__dirname, '../../../lib/reservation/host/thread.js');

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
    const waiting = new AbortController();
    const longest = sleep(MAX_END_MS, undefined, { signal: waiting.signal, ref: false });
    await Promise.race([this.running, longest]);
    waiting.abort();
    await longest.catch(() => undefined); // The pause was aborted.
    this.thread?.unref();
  }

  private async keepUp(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.ending;
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(MAX_PAUSE_MS, pause * 2)) {
      try {
        await run(signal);
      } catch (error) {
        this.setup.failed(error);
      }
      if (!signal.aborted) await sleep(pause, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async runHere(signal: AbortSignal): Promise<void> {
    const { connection, connectionOptions } = this.setup;
    if (connectionOptions === undefined) {
      // The plugins of the connection are for the user's Workers only.
      return this.runOn(Object.create(connection, { plugins: { value: [] } }) as NativeConnection, signal);
    }
    const own = await NativeConnection.connect(connectionOptions);
    try {
      await this.runOn(own, signal);
    } finally {
      await own.close();
    }
  }

  private async runOn(connection: NativeConnection, signal: AbortSignal): Promise<void> {
    const worker = await auxiliaryWorker({ ...this.setup, connection });
    // The Worker runs even when everything is ending, because a Worker that never ran would keep
    // its connection.
    const running = worker.run();
    const end = () => shutDown(worker);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
    try {
      await running;
    } finally {
      signal.removeEventListener('abort', end);
    }
    // A signal to the process ends this Worker too, and would end another one at once.
    if (!signal.aborted) await once(signal, 'abort');
  }

  private runThread(store: StoreHandle, signal: AbortSignal): Promise<void> {
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
        thread.ref(); // The thread is not terminated: see thread.ts.
        this.say('end');
      };
      signal.addEventListener('abort', end);
      thread.on('message', (message: ThreadWord) => {
        if ('renewed' in message) this.lease.threadBegan();
        else failed(new Error(message.error));
      });
      thread.once('error', reject);
      thread.once('exit', () => {
        signal.removeEventListener('abort', end);
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
