/**
 * Runs in a thread of its own: renews this process's lease, and works on reservations, also while a body keeps the main thread busy.
 */
import { parentPort, workerData } from 'node:worker_threads';
import {
  DefaultLogger,
  NativeConnection,
  type NativeConnectionOptions,
  Runtime,
  type Worker,
} from '@temporalio/worker';
import { openStore } from '../store/open';
import { auxiliaryWorker } from './auxiliary-worker';
import type { LeaseWord } from './lease';

export interface ThreadData {
  /** The store's URL. */
  store: string;
  lease: string;
  leaseMs: number;
  /** Where there is nothing, the main thread works on the reservations. */
  temporal?: { connection: NativeConnectionOptions; namespace: string; identity: string; taskQueue?: string };
}

const { store: url, lease, leaseMs, temporal } = workerData as ThreadData;
const store = openStore(url);
const complain = (error: unknown) => parentPort!.postMessage({ error: String(error) });

let timer: NodeJS.Timeout | undefined;
const renew = () => void store.note(lease, String(process.pid)).catch(complain);

let worker: Worker | undefined;
let running: Promise<void> | undefined;

parentPort!.on('message', (word: LeaseWord | 'end') => {
  clearInterval(timer);
  if (word === 'hold') {
    renew();
    timer = setInterval(renew, leaseMs / 3);
  }
  if (word === 'end') void end();
});

async function work({ connection: options, namespace, identity, taskQueue }: NonNullable<typeof temporal>) {
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const connection = await NativeConnection.connect(options);
  worker = await auxiliaryWorker({ connection, namespace, identity, taskQueue, store });
  running = worker.run();
  await running;
}

async function end(): Promise<void> {
  await store.note(lease, undefined).catch(complain);
  if (worker?.getState() === 'RUNNING') worker.shutdown();
  await running?.catch(complain);
  process.exit(); // of a thread: ends the thread, also while it begins
}

// What is thrown ends the thread, and the main one hears of it.
if (temporal !== undefined) void work(temporal);
