/** Worker Deployments: a run that is pinned to a version of one is served by the Workers of that version alone, where that version has any. */
import type { Info } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { toCanonicalString, type VersioningBehavior } from '@temporalio/common';
import type { WorkerOptions } from '@temporalio/worker';

export interface Deployment {
  version: string;
  /** Whether runs whose Workflow does not say otherwise are pinned to it. */
  pins: boolean;
}

/** Undefined for a Worker that is not versioned. */
export function deploymentOf({
  workerDeploymentOptions,
}: Pick<WorkerOptions, 'workerDeploymentOptions'>): Deployment | undefined {
  if (!workerDeploymentOptions?.useWorkerVersioning) return undefined;
  const { version, defaultVersioningBehavior } = workerDeploymentOptions;
  return { version: toCanonicalString(version), pins: defaultVersioningBehavior === 'PINNED' };
}

/** The deployment version that a run of this Worker keeps, by what its Workflow and its Worker say. */
export const pinnedTo = (
  deployment: Deployment | undefined,
  behavior: VersioningBehavior | undefined,
): string | undefined =>
  (behavior === undefined ? deployment?.pins : behavior === 'PINNED') ? deployment?.version : undefined;

/**
 * Whether the server has kept the run there: an operator may have overridden what its Worker says.
 * @throws what the server's answer is
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
