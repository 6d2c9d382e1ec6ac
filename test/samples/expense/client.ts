import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { approveSignal, expense, rejectSignal } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const options = { taskQueue: 'expense', workflowId: 'my-business-id' };
  const approved = await client.workflow.start(expense, { ...options, args: ['approved'] });
  await approved.signal(approveSignal); // maybe before the Workflow has its handler
  console.log('Done:', await approved.result());
  const rejected = await client.workflow.start(expense, { ...options, args: ['rejected'] });
  await rejected.signal(rejectSignal);
  console.log('Done:', await rejected.result());
  console.log('Done:', await client.workflow.execute(expense, { ...options, args: ['late', '200ms'] }));
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
