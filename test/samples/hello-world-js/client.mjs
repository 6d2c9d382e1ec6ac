import { Client, Connection } from '@temporalio/client';

async function run() {
  const connection = await Connection.connect();
  const client = new Client({ connection });
  const handle = await client.workflow.start('example', {
    taskQueue: 'hello-javascript',
    workflowId: 'hello-javascript',
    args: ['Temporal'],
  });
  console.log(await handle.result());
  await connection.close();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
