/** The Worker that runs reservations, on a task queue of its own beside the user's Worker. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { livenessActivities } from '../../activities/liveness';
import { wakingActivities } from '../../activities/waking';
import type { CacheStore } from '../../store/store';
import { reservationQueue } from '../../wire/reservation';

export interface AuxiliaryOptions {
  connection: NativeConnection;
  namespace: string;
  /** The identity of the store. */
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
  const client = new Client({ connection, namespace });
  return Worker.create({
    connection,
    namespace,
    taskQueue,
    ...workflowSource(),
    activities: { ...livenessActivities(client, store), ...wakingActivities(client.workflow) },
    maxConcurrentActivityTaskExecutions: 20,
    maxConcurrentWorkflowTaskExecutions: 40,
    maxCachedWorkflows: 500,
    // The reservations of a killed process wait no longer than this for another Worker.
    stickyQueueScheduleToStartTimeout: '1 second',
    shutdownGraceTime: 0,
    // A store that does not answer must not prevent the Worker from shutting down.
    shutdownForceTime: '8 seconds',
  });
}

/**
 * Shuts a Worker down. When the process receives a signal, the SDK shuts down all its Workers and
 * may have done so already.
 */
export function shutDown(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

/**
 * The bundle in the package, if it was built with the SDK version that runs here. Otherwise the SDK
 * builds one, which takes about a second.
 */
function workflowSource(): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  const folder = join(__dirname, '../../../lib/workflows');
  try {
    const { sdk } = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8')) as { sdk: string };
    const manifest = readFileSync(require.resolve('@temporalio/workflow/package.json'), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    if (sdk === version) return { workflowBundle: { codePath: join(folder, 'bundle.js') } };
  } catch {
    // The bundle is not built or not readable.
  }
  return { workflowsPath: require.resolve('../../workflows') };
}
