/** The Worker that runs reservations: on a queue of its own, beside the user's. */
import { Client } from '@temporalio/client';
import { type NativeConnection, Worker } from '@temporalio/worker';
import { livenessActivities } from '../activities/liveness';
import type { CacheStore } from '../store/store';
import { reservationQueue } from './protocol';

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
    workflowsPath: require.resolve('../workflows'),
    activities: livenessActivities(new Client({ connection, namespace }), store),
    maxConcurrentActivityTaskExecutions: 20,
    maxConcurrentWorkflowTaskExecutions: 40,
    maxCachedWorkflows: 500,
    // A process that was killed keeps its reservations no longer than this.
    stickyQueueScheduleToStartTimeout: '1 second',
    shutdownGraceTime: 0,
  });
}
