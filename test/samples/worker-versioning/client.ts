import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { setTimeout as sleep } from 'node:timers/promises';
import { toCanonicalString } from '@temporalio/common';
import { doNextSignal } from './workflows-base';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const taskQueue = 'worker-versioning';
  const deployment = { namespace: 'default', deploymentName: 'my-deployment' };

  async function makeCurrent(buildId: string): Promise<void> {
    const version = toCanonicalString({ deploymentName: 'my-deployment', buildId });
    for (;;) {
      try {
        await client.workflowService.setWorkerDeploymentCurrentVersion({ ...deployment, version });
        return;
      } catch {
        await sleep(100); // its Worker has not come yet
      }
    }
  }

  await makeCurrent('1.0');
  const auto = await client.workflow.start('AutoUpgrading', { taskQueue, workflowId: 'auto-upgrade' });
  const pinned = await client.workflow.start('Pinned', { taskQueue, workflowId: 'pinned-1' });
  await auto.signal(doNextSignal, 'do-activity');
  await pinned.signal(doNextSignal, 'some-signal');
  const done = ({ eventType }: { eventType?: number | null }) => eventType === 12; // an Activity was completed
  while (!(await auto.fetchHistory()).events?.some(done)) await sleep(50);
  await makeCurrent('2.0');
  const pinned2 = await client.workflow.start('Pinned', { taskQueue, workflowId: 'pinned-2' });
  for (const handle of [auto, pinned, pinned2]) {
    await handle.signal(doNextSignal, 'do-activity');
    await handle.signal(doNextSignal, 'conclude');
    console.log(await handle.result());
  }
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
