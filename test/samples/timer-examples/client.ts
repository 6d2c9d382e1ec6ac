import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import * as workflows from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const taskQueue = 'timer-examples';
  for (const [workflowId, ...args] of [
    ['process-order-slow', 3000, 300],
    ['process-order-fast', 1000, 10_000],
  ] as const)
    console.log(
      await client.workflow.execute(workflows.processOrderWorkflow, { taskQueue, workflowId, args }),
    );
  const countdown = { taskQueue, workflowId: 'countdown-0' };
  const handle = await client.workflow.start(workflows.countdownWorkflow, countdown);
  console.log('more than an hour left:', (await handle.query(workflows.timeLeftQuery)) > 3_600_000);
  await handle.signal(workflows.setDeadlineSignal, Date.now() + 300);
  console.log(await handle.result());
  const running = await client.workflow.start(workflows.progress, { taskQueue, workflowId: 'progress-0' });
  await running.result();
  console.log(await running.query(workflows.getProgress));
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
