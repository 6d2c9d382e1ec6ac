import { log, proxyActivities, proxySinks, type Sinks } from '@temporalio/workflow';
import type * as activities from './activities';

export interface AlertSinks extends Sinks {
  alerter: { alert(message: string): void };
}

const { alerter } = proxySinks<AlertSinks>();
const { greet } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });

export async function sinkWorkflow(): Promise<string> {
  log.info('Workflow Execution started');
  alerter.alert('started');
  const greeting = await greet('Temporal');
  alerter.alert('greeted');
  return greeting;
}
