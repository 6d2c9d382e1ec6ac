import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { WorkflowUpdateFailedError } from '@temporalio/client';
import { WorkflowUpdateStage } from '@temporalio/client';
import * as workflows from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const handle = await client.workflow.start(workflows.greetingWorkflow, {
    taskQueue: 'message-passing-introduction',
    workflowId: 'messages-introduction',
  });
  console.log(`supported: ${(await handle.query(workflows.getLanguages)).join()}`);
  const report = async (previous: string) =>
    console.log(`${previous} -> ${await handle.query(workflows.getLanguage)}`);
  await report(await handle.executeUpdate(workflows.setLanguage, { args: ['CHINESE'] }));
  const started = await handle.startUpdate(workflows.setLanguage, {
    args: ['ENGLISH'],
    waitForStage: WorkflowUpdateStage.ACCEPTED,
  });
  await report(await started.result());
  await report(await handle.executeUpdate(workflows.setLanguageUsingActivity, { args: ['ARABIC'] }));
  for (const update of [workflows.setLanguage, workflows.setLanguageUsingActivity]) {
    const failure = await handle.executeUpdate(update, { args: ['FRENCH'] }).catch((error: unknown) => error);
    console.log((failure as WorkflowUpdateFailedError).cause?.message);
  }
  await handle.signal(workflows.approve, { name: 'Ann' });
  console.log(await handle.result());
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
