import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { reminder } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const schedule = await client.schedule.create({
    action: {
      type: 'startWorkflow',
      workflowType: reminder,
      args: ['Dear future self, take out the recycling'],
      taskQueue: 'schedules',
    },
    scheduleId: 'sample-schedule',
    policies: { catchupWindow: '1 day', overlap: ScheduleOverlapPolicy.ALLOW_ALL },
    spec: { intervals: [{ every: '10 days' }] },
  });
  await schedule.trigger();
  let actions = (await schedule.describe()).info.recentActions;
  for (; actions.length === 0; await sleep(50)) actions = (await schedule.describe()).info.recentActions;
  const { workflowId, firstExecutionRunId } = actions[0]!.action.workflow;
  console.log(await client.workflow.getHandle(workflowId, firstExecutionRunId).result());
  await schedule.pause();
  await schedule.delete();
  await client.connection.close();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
