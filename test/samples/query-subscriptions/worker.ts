import { Worker } from '@temporalio/worker';
import { createActivities } from './activities';

async function main() {
  const worker = await Worker.create({
    workflowsPath: require.resolve('./workflows'),
    activities: createActivities(),
    taskQueue: 'query-subscriptions',
    interceptors: { workflowModules: [require.resolve('./subscriptions')] },
  });
  await worker.run();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
