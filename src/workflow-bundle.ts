/** Gets the Workflow's interceptor into bundles, and tells whether a bundle made beforehand has it. */
import { readFileSync } from 'node:fs';
import type { WorkerOptions } from '@temporalio/worker';
import { WORKFLOW_INTERCEPTORS } from './interceptors/workflow-marker';

// By its path: a bare name is not found where packages are kept strictly apart.
const WORKFLOW_MODULE = require.resolve('./interceptors/workflow');

export const withOurs = (modules: readonly string[] = []): string[] =>
  modules.includes(WORKFLOW_MODULE) ? [...modules] : [...modules, WORKFLOW_MODULE];

/** Whether this Worker's Workflows will have the interceptor; undefined where it has no Workflows. */
export function hasInterceptor({ workflowBundle, workflowsPath }: WorkerOptions): boolean | undefined {
  if (workflowBundle === undefined) return workflowsPath === undefined ? undefined : true;
  const code = 'code' in workflowBundle ? workflowBundle.code : readFileSync(workflowBundle.codePath, 'utf8');
  return code.includes(WORKFLOW_INTERCEPTORS);
}

/** What to do about a bundle that lacks it. */
export const LACKS_INTERCEPTOR =
  "activity cache: the Workflow bundle lacks the plugin's interceptor: modes given when a Workflow is started do not " +
  'reach its Activities. Give the plugin to bundleWorkflowCode({ plugins }) too';
