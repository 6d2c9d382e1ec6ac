/** Gets the Workflow's interceptor into bundles, and tells whether a bundle made beforehand has it. */
import { readFileSync } from 'node:fs';
import type { WorkerOptions } from '@temporalio/worker';
import { digester } from '../key/key';
import { WORKFLOW_INTERCEPTORS } from '../wire/marker';

const digest = digester();

// By its path: a bare name is not found where packages are kept strictly apart.
const WORKFLOW_MODULE = require.resolve('../interceptors/workflow/index');

export const withOurs = (modules: readonly string[] = []): string[] =>
  modules.includes(WORKFLOW_MODULE) ? [...modules] : [...modules, WORKFLOW_MODULE];

/** Whether this Worker's Workflows will have the interceptor; undefined where it has no Workflows. */
export function hasInterceptor({ workflowBundle, workflowsPath }: WorkerOptions): boolean | undefined {
  if (workflowBundle === undefined) return workflowsPath === undefined ? undefined : true;
  return codeOf(workflowBundle).includes(WORKFLOW_INTERCEPTORS);
}

const codeOf = (bundle: NonNullable<WorkerOptions['workflowBundle']>): string =>
  'code' in bundle ? bundle.code : readFileSync(bundle.codePath, 'utf8');

/**
 * A name of the bundle that changes with its code: its digest. Where the Worker makes the bundle, the SDK has that in the build id; where the
 * user gives a build id, that is the name.
 */
export function versionOfBundle(
  options: Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath' | 'buildId'>,
): string | undefined {
  const { workflowBundle, workflowsPath, buildId } = options;
  if (workflowBundle === undefined) return workflowsPath === undefined ? undefined : buildId;
  return digest(codeOf(workflowBundle)).slice(0, 32);
}

/** What to do about a bundle that lacks it. */
export const LACKS_INTERCEPTOR =
  "activity cache: the Workflow bundle lacks the plugin's interceptor: modes given when a Workflow is started do not " +
  'reach its Activities, and neither calls with `cache` nor whole Workflows are looked up. Give the plugin to bundleWorkflowCode({ plugins }) too';
