import { Client } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker } from '@temporalio/worker';
import * as activities from './activities';
import { eagerWorkflow } from './workflows';

async function run() {
  const { address } = loadClientConnectConfig().connectionOptions;
  const connection = await NativeConnection.connect({ address });
  const client = new Client({ connection });
  const worker = await Worker.create({
    connection,
    namespace: 'default',
    taskQueue: 'eager-workflow-start',
    workflowsPath: require.resolve('./workflows'),
    activities,
  });
  await worker.runUntil(async () => {
    const handle = await client.workflow.start(eagerWorkflow, {
      taskQueue: 'eager-workflow-start',
      args: ['Temporal'],
      workflowId: 'eager-workflow',
      requestEagerStart: true,
    });
    console.log(`Eagerly started: ${handle.eagerlyStarted}`);
    console.log(await handle.result());
  });
  await connection.close();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
