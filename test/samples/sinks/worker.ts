import { type InjectedSinks, Worker } from '@temporalio/worker';
import * as activities from './activities';
import type { AlertSinks } from './workflows';

async function main() {
  const sinks: InjectedSinks<AlertSinks> = {
    alerter: {
      alert: {
        fn: ({ workflowId }, message) => console.log('sending SMS alert!', { workflowId, message }),
        callDuringReplay: false,
      },
    },
  };
  const worker = await Worker.create({
    workflowsPath: require.resolve('./workflows'),
    activities,
    taskQueue: 'sinks',
    sinks,
  });
  await worker.run();
  console.log('Worker gracefully shutdown');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
