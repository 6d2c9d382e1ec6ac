import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import * as activities from './activities';

async function main() {
  Runtime.install({
    logger: new DefaultLogger('DEBUG', ({ level, message, meta }) => {
      const label = meta?.activityId ? 'activity' : meta?.workflowId ? 'workflow' : 'worker';
      console.error(JSON.stringify({ label, level, message }));
    }),
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'INFO' }) },
    },
  });
  const worker = await Worker.create({
    workflowsPath: require.resolve('./workflows'),
    activities,
    taskQueue: 'custom-logger',
  });
  await worker.run();
}

main().then(
  () => void process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
