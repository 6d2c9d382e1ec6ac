/** A second interceptor module, in the bundles of a plugin with `details: false`. */
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { runNow } from './run';

export const interceptors: WorkflowInterceptorsFactory = () => {
  runNow()?.report.hide();
  return {};
};
