import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { WorkflowUpdateFailedError } from '@temporalio/client';
import { assignUpdate, clusterManagerWorkflow, deleteJobUpdate } from './workflows';
import { shutdownClusterUpdate, startClusterSignal, statusQuery } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const options = { taskQueue: 'safe-message-handlers', workflowId: 'cluster-manager' };
  for (const maxHistoryLength of [10_000, 60]) {
    await client.workflow.start(clusterManagerWorkflow, { ...options, args: [maxHistoryLength] });
    const handle = client.workflow.getHandle<typeof clusterManagerWorkflow>('cluster-manager');
    await handle.signal(startClusterSignal);
    const jobs = Array.from({ length: 6 }, (_, index) => `task-${index}`);
    await Promise.all(
      jobs.map((jobName) => handle.executeUpdate(assignUpdate, { args: [{ numNodes: 2, jobName }] })),
    );
    console.log(await handle.query(statusQuery));
    const wrong = handle.executeUpdate(assignUpdate, { args: [{ numNodes: 0, jobName: 'none' }] });
    console.log(await wrong.catch((error: WorkflowUpdateFailedError) => error.cause?.message));
    await Promise.all(jobs.map((jobName) => handle.executeUpdate(deleteJobUpdate, { args: [{ jobName }] })));
    console.log(await handle.executeUpdate(shutdownClusterUpdate));
    console.log(await handle.result());
  }
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
