import { Client, Connection } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { createActivities } from './activities';

async function run() {
  const connection = await Connection.connect();
  const client = new Client({ connection });
  const worker = await Worker.create({
    workflowsPath: require.resolve('./workflows'),
    activities: createActivities(client),
    taskQueue: 'mutex',
  });
  await worker.run();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
