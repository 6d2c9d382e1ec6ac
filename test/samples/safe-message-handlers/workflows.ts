import * as wf from '@temporalio/workflow';
import type * as activities from './activities';
import { Mutex } from './mutex';

const { assignNodesToJob, unassignNodesForJob, startCluster, shutdownCluster } = wf.proxyActivities<
  typeof activities
>({ startToCloseTimeout: '1 minute' });

interface State {
  started: boolean;
  nodes: Record<string, string | null>;
  most: number;
}

interface Summary {
  most: number;
  assigned: number;
}

export const startClusterSignal = wf.defineSignal('startCluster');
export const shutdownClusterUpdate = wf.defineUpdate<boolean>('shutdownCluster');
export const assignUpdate = wf.defineUpdate<Summary, [{ numNodes: number; jobName: string }]>(
  'assignNodesToJob',
);
export const deleteJobUpdate = wf.defineUpdate<void, [{ jobName: string }]>('deleteJob');
export const statusQuery = wf.defineQuery<Summary>('getClusterStatus');

const none = (): State => ({
  started: false,
  nodes: Object.fromEntries(Array.from({ length: 25 }, (_, index) => [index, null])),
  most: 0,
});

export async function clusterManagerWorkflow(maxHistoryLength: number, state = none()): Promise<Summary> {
  const lock = new Mutex();
  let over = false;
  const of = (job: string | null) => Object.keys(state.nodes).filter((node) => state.nodes[node] === job);
  const assigned = () => Object.keys(state.nodes).length - of(null).length;
  const summary = () => ({ most: state.most, assigned: assigned() });

  wf.setHandler(startClusterSignal, () =>
    lock.runExclusive(async () => {
      await startCluster();
      state.started = true;
    }),
  );
  wf.setHandler(shutdownClusterUpdate, async () => {
    await wf.condition(() => state.started);
    await shutdownCluster();
    return (over = true);
  });
  wf.setHandler(
    assignUpdate,
    async ({ numNodes, jobName }) => {
      await wf.condition(() => state.started);
      return lock.runExclusive(async () => {
        const nodes = of(null).slice(0, numNodes);
        if (of(jobName).length === 0) {
          await assignNodesToJob({ nodes, jobName });
          for (const node of nodes) state.nodes[node] = jobName;
        }
        state.most = Math.max(state.most, assigned());
        return summary();
      });
    },
    {
      validator: ({ numNodes }) => {
        if (numNodes <= 0) throw new Error(`numNodes must be positive (got ${numNodes})`);
      },
    },
  );
  wf.setHandler(deleteJobUpdate, async ({ jobName }) => {
    await wf.condition(() => state.started);
    await lock.runExclusive(async () => {
      const nodes = of(jobName);
      await unassignNodesForJob({ nodes, jobName });
      for (const node of nodes) state.nodes[node] = null;
    });
  });
  wf.setHandler(statusQuery, summary);

  await wf.condition(() => state.started);
  const tooLong = () => wf.workflowInfo().historyLength > maxHistoryLength;
  await wf.condition(() => over || tooLong());
  await wf.condition(wf.allHandlersFinished);
  if (!over) return wf.continueAsNew<typeof clusterManagerWorkflow>(maxHistoryLength, state);
  return summary();
}
