import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { getTransactionConfirmation } from './shared';
import { transactionWorkflow } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const startWorkflowOperation = new WithStartWorkflowOperation(transactionWorkflow, {
    workflowId: 'transaction-1',
    taskQueue: 'early-return',
    workflowIdConflictPolicy: 'FAIL',
    args: ['transaction-1'],
  });
  console.log(
    await client.workflow.executeUpdateWithStart(getTransactionConfirmation, { startWorkflowOperation }),
  );
  const handle = await startWorkflowOperation.workflowHandle();
  console.log(await handle.result());
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
