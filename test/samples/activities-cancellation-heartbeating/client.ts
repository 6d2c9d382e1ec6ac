import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { CancelledFailure, WorkflowFailedError } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import * as workflows from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const taskQueue = 'activities-cancellation-heartbeating';

  /** Cancels it once an Activity of it is running. */
  async function cancelled(
    workflow: (...args: never[]) => Promise<unknown>,
    ...args: unknown[]
  ): Promise<void> {
    const workflowId = workflow.name;
    const handle = await client.workflow.start(workflow.name, { taskQueue, workflowId, args });
    for (let begun = false; !begun; await sleep(50)) {
      const { raw } = await handle.describe();
      begun = (raw.pendingActivities ?? []).some(({ lastHeartbeatTime }) => lastHeartbeatTime);
    }
    await handle.cancel();
    try {
      console.log(workflow.name, await handle.result());
    } catch (error) {
      if (!(error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure)) throw error;
      console.log(workflow.name, 'was cancelled');
    }
  }

  async function executed(
    workflow: (...args: never[]) => Promise<unknown>,
    ...args: unknown[]
  ): Promise<void> {
    const workflowId = workflow.name;
    console.log(workflow.name, await client.workflow.execute(workflow.name, { taskQueue, workflowId, args }));
  }

  await cancelled(workflows.runCancellableActivity);
  await cancelled(workflows.cleanUpWhenCancelled, 'http://example.com');
  await executed(workflows.cancelTimer);
  await executed(workflows.nonCancellable, '/a');
  await executed(workflows.multipleActivitiesSingleTimeout, ['/a', '/slow'], 300);
  await executed(workflows.multipleActivitiesSingleTimeout, ['/a', '/b'], 5000);
  await executed(workflows.resumeAfterCancellation, '/b');
  await executed(workflows.sharedScopes);
  await executed(workflows.shieldAwaitedInRootScope);
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
