/**
 * Adds the Workflow interceptors to bundles, and checks whether a prebuilt bundle contains them.
 */
import { readFileSync } from 'node:fs';
import type { WorkerOptions } from '@temporalio/worker';
import { digester } from '../key/key';
import { WORKFLOW_INTERCEPTORS } from '../wire/marker';

const digest = digester();

// A path, because a bare name is not found where a package manager isolates packages strictly.
const WORKFLOW_MODULE = require.resolve('../interceptors/workflow/index');

export const withOurs = (modules: readonly string[] = []): string[] =>
  modules.includes(WORKFLOW_MODULE) ? [...modules] : [...modules, WORKFLOW_MODULE];

/** Whether this Worker's Workflows will have the interceptors. Undefined without Workflows. */
export function hasInterceptor({ workflowBundle, workflowsPath }: WorkerOptions): boolean | undefined {
  if (workflowBundle === undefined) return workflowsPath === undefined ? undefined : true;
  return codeOf(workflowBundle).includes(WORKFLOW_INTERCEPTORS);
}

export const codeOf = (bundle: NonNullable<WorkerOptions['workflowBundle']>): string =>
  'code' in bundle ? bundle.code : readFileSync(bundle.codePath, 'utf8');

/**
 * A name of the bundle that changes with its code: its digest. If the Worker builds the bundle, the
 * SDK includes that digest in the build id. If the user sets a build id, that is the name.
 */
export function versionOfBundle(
  options: Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath' | 'buildId'>,
): string | undefined {
  const { workflowBundle, workflowsPath, buildId } = options;
  if (workflowBundle === undefined) return workflowsPath === undefined ? undefined : buildId;
  return digest(codeOf(workflowBundle)).slice(0, 32);
}

/** The warning about a bundle without the interceptors. */
export const LACKS_INTERCEPTOR =
  "activity cache: the Workflow bundle lacks the plugin's interceptor: modes given when a Workflow is started do not " +
  'reach its Activities, and neither calls with `cache` nor whole Workflows are looked up. Give the plugin to bundleWorkflowCode({ plugins }) too';
