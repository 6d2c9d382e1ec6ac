/**
 * Worker Deployments. A run that is pinned to a deployment version is served only by the Workers of
 * that version, if there are any.
 */
import type { Info } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { toCanonicalString, type VersioningBehavior } from '@temporalio/common';
import type { WorkerOptions } from '@temporalio/worker';

export interface Deployment {
  version: string;
  /** Whether runs are pinned to the version when their Workflow does not set a behavior itself. */
  pins: boolean;
}

/** Returns undefined for a Worker that is not versioned. */
export function deploymentOf({
  workerDeploymentOptions,
}: Pick<WorkerOptions, 'workerDeploymentOptions'>): Deployment | undefined {
  if (!workerDeploymentOptions?.useWorkerVersioning) return undefined;
  const { version, defaultVersioningBehavior } = workerDeploymentOptions;
  return { version: toCanonicalString(version), pins: defaultVersioningBehavior === 'PINNED' };
}

/**
 * The deployment version that a run of this Worker keeps. The behavior of its Workflow takes
 * precedence over the default of its Worker.
 */
export const pinnedTo = (
  deployment: Deployment | undefined,
  behavior: VersioningBehavior | undefined,
): string | undefined =>
  (behavior === undefined ? deployment?.pins : behavior === 'PINNED') ? deployment?.version : undefined;

/**
 * Whether the server has kept the run on its version. An operator may have overridden the version.
 * @throws the error that the server answers with
 */
export async function isKept(
  client: Pick<Client, 'workflowService'>,
  { workflowExecution, namespace }: Pick<Info, 'workflowExecution' | 'namespace'>,
): Promise<boolean> {
  const { workflowExecutionInfo } = await client.workflowService.describeWorkflowExecution({
    namespace,
    execution: workflowExecution,
  });
  const { versioningOverride, versionTransition } = workflowExecutionInfo?.versioningInfo ?? {};
  return versioningOverride == null && versionTransition == null;
}
