/**
 * Runs in a background thread: renews the lease of this process and processes reservations, even
 * while a body blocks the main thread. The thread exits only when no call of the SDK is pending,
 * because a thread that exits before an answer arrives aborts the whole process.
 */
import { parentPort, workerData } from 'node:worker_threads';
import {
  DefaultLogger,
  NativeConnection,
  type NativeConnectionOptions,
  Runtime,
  type Worker,
} from '@temporalio/worker';
import { openHandle, type StoreHandle } from '../../store/store-handle';
import { auxiliaryWorker, shutDown } from './auxiliary-worker';
import type { LeaseWord } from '../caller/lease';

export interface ThreadData {
  store: StoreHandle;
  lease: string;
  leaseMs: number;
  /** If undefined, the main thread processes the reservations. */
  temporal?: { connection: NativeConnectionOptions; namespace: string; identity: string; taskQueue?: string };
}

/** A message from the thread: it has renewed the lease, or an error occurred. */
export type ThreadWord = { renewed: true } | { error: string };

/**
 * The retry delay after a failed renewal, so that the lease is renewed soon after a store outage.
 */
const RETRY_MS = 1_000;

const { store: source, lease, leaseMs, temporal } = workerData as ThreadData;
const store = openHandle(source);
const say = (word: ThreadWord) => parentPort!.postMessage(word);
const complain = (error: unknown) => say({ error: String(error) });

let timer: NodeJS.Timeout | undefined;
let holding = false;
let ending = false;
let worker: Worker | undefined;

async function renew(): Promise<void> {
  clearTimeout(timer);
  let nextMs = leaseMs / 3;
  try {
    await store.note(lease, String(process.pid));
    say({ renewed: true });
  } catch (error) {
    complain(error);
    nextMs = Math.min(nextMs, RETRY_MS);
  }
  if (holding) timer = setTimeout(() => void renew(), nextMs);
}

parentPort!.on('message', (word: LeaseWord | 'end') => {
  holding = word === 'hold';
  if (holding) void renew();
  else clearTimeout(timer);
  if (word === 'end') void end();
});

async function work({ connection: options, namespace, identity, taskQueue }: NonNullable<typeof temporal>) {
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const connection = await NativeConnection.connect(options);
  try {
    if (ending) return;
    worker = await auxiliaryWorker({ connection, namespace, identity, taskQueue, store });
    const running = worker.run();
    if (ending) shutDown(worker);
    await running;
  } finally {
    await connection.close();
  }
}

const working = temporal === undefined ? new Promise<void>(() => undefined) : work(temporal);
working.then(
  () => ending || process.exit(), // Within a thread this ends only the thread.
  (error: unknown) => {
    complain(error);
    if (!ending) process.exit();
  },
);

async function end(): Promise<void> {
  ending = true;
  if (worker !== undefined) shutDown(worker);
  await store.note(lease, undefined).catch(complain);
  // The error was already reported.
  if (temporal !== undefined) await working.catch(() => undefined);
  await store.close().catch(complain);
  process.exit();
}
