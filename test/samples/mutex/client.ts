import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { oneAtATimeWorkflow } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const ids = ['first', 'second', 'third'];
  await Promise.all(
    ids.map((workflowId) =>
      client.workflow.execute(oneAtATimeWorkflow, {
        taskQueue: 'mutex',
        workflowId,
        args: ['resource', 50, 1000],
      }),
    ),
  );
  await client.workflow.getHandle('resource').terminate();
  console.log('all had the lock');
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
