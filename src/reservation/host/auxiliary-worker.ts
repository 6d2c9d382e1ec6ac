/** The Worker that runs reservations: on a queue of its own, beside the user's. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { livenessActivities } from '../../activities/liveness';
import type { CacheStore } from '../../store/store';
import { reservationQueue } from '../../wire/reservation';

export interface AuxiliaryOptions {
  connection: NativeConnection;
  namespace: string;
  /** Of the store. */
  identity: string;
  store: CacheStore;
  taskQueue?: string;
}

export async function auxiliaryWorker({
  connection,
  namespace,
  identity,
  store,
  taskQueue = reservationQueue(identity),
}: AuxiliaryOptions): Promise<Worker> {
  return Worker.create({
    connection,
    namespace,
    taskQueue,
    ...workflowSource(),
    activities: livenessActivities(new Client({ connection, namespace }), store),
    maxConcurrentActivityTaskExecutions: 20,
    maxConcurrentWorkflowTaskExecutions: 40,
    maxCachedWorkflows: 500,
    // A process that was killed keeps its reservations no longer than this.
    stickyQueueScheduleToStartTimeout: '1 second',
    shutdownGraceTime: 0,
    shutdownForceTime: '8 seconds', // a store that does not answer keeps no Worker from ending
  });
}

/** The SDK ends all Workers of a process that gets a signal, and may be ahead. */
export function shutDown(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

/** The bundle that is part of the package, where it was made with the SDK that runs here; else the SDK makes one, which takes it a second. */
function workflowSource(): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  const folder = join(__dirname, '../../../lib/workflows');
  try {
    const { sdk } = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8')) as { sdk: string };
    const manifest = readFileSync(require.resolve('@temporalio/workflow/package.json'), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    if (sdk === version) return { workflowBundle: { codePath: join(folder, 'bundle.js') } };
  } catch {
    // Not built, or not to be read.
  }
  return { workflowsPath: require.resolve('../../workflows') };
}
