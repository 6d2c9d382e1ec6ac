import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { setTimeout as sleep } from 'node:timers/promises';
import { scheduledWorkflow } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const handle = await client.workflow.start(scheduledWorkflow, {
    taskQueue: 'cron-workflows',
    workflowId: 'my-schedule',
    cronSchedule: '@every 1s',
    args: ['Temporal'],
  });
  const latest = client.workflow.getHandle('my-schedule');
  while ((await latest.describe()).runId === handle.firstExecutionRunId) await sleep(100);
  await latest.terminate();
  console.log('Cron fired');
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
