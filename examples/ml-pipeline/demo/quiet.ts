/** Imported before the Worker: the demo shows what matters, so of the Worker's log only what went wrong. */
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

Runtime.install({
  logger: new DefaultLogger('WARN'),
  // Training holds up Workflow Tasks, which the SDK's core warns of.
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
});
console.log = () => {};
