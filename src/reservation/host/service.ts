/**
 * The reservations of one store in this process, one service for each connection and namespace. It
 * starts with the first Worker that may need reservations, and ends with the last Worker, before
 * its `run()` resolves. After that nothing here uses a connection that its owner may close.
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

/** How long a call waits until reservations are ready. */
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
  /**
   * The options of connections that carry the plugin, by their list of plugins, which the options
   * and the connection share.
   */
  private readonly optionsOf = new WeakMap<readonly object[], NativeConnectionOptions>();

  constructor(private readonly options: ServiceOptions) {}

  /** @returns the same options, for a connection that can be recognized later */
  learn({ plugins = [], ...options }: NativeConnectionOptions): NativeConnectionOptions {
    const known = [...plugins];
    try {
      this.optionsOf.set(known, structuredClone(options));
    } catch {
      // The options contain functions, such as a changing API key. Then the user's connection is
      // used.
    }
    return { ...options, plugins: known };
  }

  /** @returns access to the reservations, and the function that releases them for this Worker */
  begin(worker: Worker): { ready: () => Promise<ReservationsOrNot>; end: () => Promise<void> } {
    const { namespace } = worker.options;
    const { connection } = worker;
    // The Worker of a mock environment has no connection.
    if (connection === undefined) return { ready: async () => 'none', end: async () => undefined };
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
        await reservations?.close();
        await reservations?.auxiliary.end();
      },
    };
  }

  private start({ options }: Worker, connection: NativeConnection): Running {
    const { namespace } = options;
    // The SDK makes a connection for a Worker without one, and closes it when that Worker ends.
    const isMade = options.connection === undefined && connection.constructor !== NativeConnection;
    const connectionOptions = isMade ? {} : this.optionsOf.get(connection.plugins ?? []);
    const end = new AbortController();
    const begun = this.reservationsOn(connection, connectionOptions, namespace, end.signal);
    const running = { connection, namespace, workers: 0, begun, end };
    this.running.add(running);
    return running;
  }

  /** @returns undefined if the service ended before it began */
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

  /** The identity of the store, which the first process that needs it assigns. */
  private async identity(signal: AbortSignal): Promise<string | undefined> {
    while (!signal.aborted) {
      try {
        return await this.options.store.claim(IDENTITY, randomUUID());
      } catch (error) {
        this.options.failed(error);
      }
      // The service has ended.
      await sleep(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
    return undefined;
  }
}
