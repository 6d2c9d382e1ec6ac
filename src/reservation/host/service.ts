/**
 * Reservations of one store in this process, for each connection and namespace: begun with the first Worker that may need them, ended with the
 * last, before its `run()` resolves. Nothing of ours uses a connection that its owner may close.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowClient } from '@temporalio/client';
import { NativeConnection, type NativeConnectionOptions, type Worker } from '@temporalio/worker';
import type { StoreHandle } from '../../store/store-handle';
import type { CacheStore } from '../../store/store';
import { Auxiliary } from './auxiliary';
import { IDENTITY } from '../../wire/names';
import { Reservations, type ReservationsOrNot } from '../caller/reservations';

export interface ServiceOptions {
  store: CacheStore;
  storeSource: StoreHandle | undefined;
  leaseMs: number;
  taskQueue: string | undefined;
  failed: (error: unknown) => void;
}

/** So long a call waits for the first of them to be ready. */
const READY_MS = 15_000;
const RETRY_MS = 2_000;

interface Running {
  connection: NativeConnection;
  namespace: string;
  workers: number;
  begun: Promise<Reservations | undefined>;
  end: AbortController;
}

export class ReservationService {
  private readonly running = new Set<Running>();
  /** How connections are made that carry the plugin, by their list of plugins: what their options and they have in common. */
  private readonly optionsOf = new WeakMap<readonly object[], NativeConnectionOptions>();

  constructor(private readonly options: ServiceOptions) {}

  /** @returns the same options, of a connection that will be known again */
  learn({ plugins = [], ...options }: NativeConnectionOptions): NativeConnectionOptions {
    const known = [...plugins];
    try {
      this.optionsOf.set(known, structuredClone(options));
    } catch {
      // It holds functions, an API key that changes: the user's connection serves.
    }
    return { ...options, plugins: known };
  }

  /** @returns how to get at them, and what ends them for this Worker */
  begin(worker: Worker): { ready: () => Promise<ReservationsOrNot>; end: () => Promise<void> } {
    const { namespace } = worker.options;
    const { connection } = worker;
    if (connection === undefined) return { ready: async () => 'none', end: async () => undefined }; // a mock's
    const isIts = (one: Running) => one.connection === connection && one.namespace === namespace;
    const running = [...this.running].find(isIts) ?? this.start(worker, connection);
    running.workers++;
    return {
      ready: async () =>
        (await Promise.race([running.begun, sleep(READY_MS, undefined, { ref: false })])) ?? 'unready',
      end: async () => {
        if (--running.workers > 0) return;
        this.running.delete(running);
        running.end.abort();
        const reservations = await Promise.race([running.begun, sleep(0)]);
        await reservations?.auxiliary.end();
      },
    };
  }

  private start({ options }: Worker, connection: NativeConnection): Running {
    const { namespace } = options;
    // The SDK makes a connection for a Worker that is given none, and closes it at the end of that Worker.
    const isMade = options.connection === undefined && connection.constructor !== NativeConnection;
    const connectionOptions = isMade ? {} : this.optionsOf.get(connection.plugins ?? []);
    const end = new AbortController();
    const begun = this.reservationsOn(connection, connectionOptions, namespace, end.signal);
    const running = { connection, namespace, workers: 0, begun, end };
    this.running.add(running);
    return running;
  }

  /** @returns undefined where it was ended before it began */
  private async reservationsOn(
    connection: NativeConnection,
    connectionOptions: NativeConnectionOptions | undefined,
    namespace: string,
    signal: AbortSignal,
  ): Promise<Reservations | undefined> {
    const { store, storeSource, leaseMs, taskQueue, failed } = this.options;
    const identity = await this.identity(signal);
    if (identity === undefined || signal.aborted) return undefined;
    const client = new WorkflowClient({ connection, namespace });
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
      await sleep(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined); // ended
    }
    return undefined;
  }
}
