import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { setTimeout as sleep } from 'node:timers/promises';
import { toCanonicalString } from '@temporalio/common';
import { doneQuery, doNextSignal } from './workflows-base';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const taskQueue = 'worker-versioning';
  const deployment = { namespace: 'default', deploymentName: 'my-deployment' };

  /** Resolves when new runs are of that version: the server takes a moment to tell all of itself. */
  async function makeCurrent(buildId: string, mark: string): Promise<void> {
    const version = toCanonicalString({ deploymentName: 'my-deployment', buildId });
    for (let result = ''; !result.includes(mark); await sleep(100)) {
      try {
        await client.workflowService.setWorkerDeploymentCurrentVersion({ ...deployment, version });
      } catch {
        continue; // its Worker has not come yet
      }
      const probe = await client.workflow.start('Pinned', { taskQueue, workflowId: 'probe' });
      await probe.signal(doNextSignal, 'conclude');
      result = (await probe.result()) as string;
    }
  }

  await makeCurrent('1.0', 'Pinned-v1');
  const auto = await client.workflow.start('AutoUpgrading', { taskQueue, workflowId: 'auto-upgrade' });
  const pinned = await client.workflow.start('Pinned', { taskQueue, workflowId: 'pinned-1' });
  await auto.signal(doNextSignal, 'do-activity');
  await pinned.signal(doNextSignal, 'some-signal');
  while ((await auto.query(doneQuery)) === 0) await sleep(50);
  await makeCurrent('2.0', 'Pinned-v2');
  const pinned2 = await client.workflow.start('Pinned', { taskQueue, workflowId: 'pinned-2' });
  for (const handle of [auto, pinned, pinned2]) {
    await handle.signal(doNextSignal, 'do-activity');
    await handle.signal(doNextSignal, 'conclude');
    const result = (await handle.result()) as string | string[];
    // Which version makes the second call depends on how soon all of the server knows which one is current.
    console.log(Array.isArray(result) ? `${result.length} calls, first ${result[0]}` : result);
  }
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
