import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import * as activities from './activities';
import { TracingActivityInterceptor } from './tracing';

function initializeRuntime() {
  Runtime.install({
    logger: new DefaultLogger('WARN'),
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'INFO', other: 'INFO' }) },
    },
  });
}

async function main() {
  initializeRuntime();
  const worker = await Worker.create({
    workflowsPath: require.resolve('./workflows'),
    activities,
    taskQueue: 'interceptors-tracing',
    interceptors: {
      workflowModules: [require.resolve('./workflow-interceptors')],
      activity: [(context) => ({ inbound: new TracingActivityInterceptor(context) })],
    },
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
