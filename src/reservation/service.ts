/** Reservations of one store in this process: begun with the first Worker that may need them, ended with the last. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowClient } from '@temporalio/client';
import type { NativeConnection, NativeConnectionOptions, Worker } from '@temporalio/worker';
import type { StoreSource } from '../store/elsewhere';
import type { CacheStore } from '../store/store';
import { Auxiliary } from './auxiliary';
import { IDENTITY } from './protocol';
import { Reservations, type ReservationsOrNot } from './reservations';

export interface ServiceOptions {
  store: CacheStore;
  storeSource: StoreSource | undefined;
  leaseMs: number;
  taskQueue: string | undefined;
  failed: (error: unknown) => void;
}

/** So long a call waits for the first of them to be ready. */
const READY_MS = 15_000;
const AGAIN_MS = 2_000;

export class ReservationService {
  private readonly running = new Map<
    string,
    { workers: number; begun: Promise<Reservations | undefined>; end: AbortController }
  >();
  private connectionOptions?: NativeConnectionOptions;

  constructor(private readonly options: ServiceOptions) {}

  /** How connections are made that carry the plugin: a thread can make one of its own. */
  learn({ plugins: _, ...options }: NativeConnectionOptions): void {
    try {
      this.connectionOptions = structuredClone(options);
    } catch {
      this.connectionOptions = undefined; // it holds functions, an API key that changes: the main thread does it
    }
  }

  /** @returns how to get at them, and what ends them for this Worker */
  begin(worker: Worker): { ready: () => Promise<ReservationsOrNot>; end: () => Promise<void> } {
    const { namespace } = worker.options;
    const { connection } = worker;
    if (connection === undefined) return { ready: async () => 'none', end: async () => undefined }; // a mock's
    let running = this.running.get(namespace);
    if (running === undefined) {
      const end = new AbortController();
      running = { workers: 0, begun: this.start(connection, namespace, end.signal), end };
      this.running.set(namespace, running);
    }
    const { begun, end } = running;
    running.workers++;
    const current = running;
    return {
      ready: async () =>
        (await Promise.race([begun, sleep(READY_MS, undefined, { ref: false })])) ?? 'unready',
      end: async () => {
        if (--current.workers > 0) return;
        this.running.delete(namespace);
        end.abort();
        const reservations = await Promise.race([begun, sleep(0)]);
        await reservations?.auxiliary.end();
      },
    };
  }

  /** @returns undefined where it was ended before it began */
  private async start(
    connection: NativeConnection,
    namespace: string,
    signal: AbortSignal,
  ): Promise<Reservations | undefined> {
    const { store, storeSource, leaseMs, taskQueue, failed } = this.options;
    const identity = await this.identity(signal);
    if (identity === undefined || signal.aborted) return undefined;
    const client = new WorkflowClient({ connection, namespace });
    const { connectionOptions } = this;
    const auxiliary = new Auxiliary({
      connection,
      connectionOptions,
      namespace,
      identity,
      taskQueue,
      leaseMs,
      store,
      storeSource,
      failed,
    });
    return new Reservations(client, auxiliary, { identity, leaseMs, taskQueue }, failed);
  }

  /** The store's own name, given by whoever needs it first. */
  private async identity(signal: AbortSignal): Promise<string | undefined> {
    while (!signal.aborted) {
      try {
        return await this.options.store.claim(IDENTITY, randomUUID());
      } catch (error) {
        this.options.failed(error);
      }
      await sleep(AGAIN_MS, undefined, { signal, ref: false }).catch(() => undefined); // ended
    }
    return undefined;
  }
}
