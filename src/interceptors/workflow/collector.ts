/**
 * Who wants to know what a Workflow uses: one above it, which a header names. Whoever may start a Workflow may write headers; which Workflows
 * are above it is the server's to say.
 */
import type { Headers } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import { type CollectorAddress, workflowIdOf } from '../../wire/uses';
import { COLLECTOR, COLLECTED_AS } from '../../wire/names';
import { readCollector } from './uses';

/** Undefined where nobody above wants to know. */
export function collectorAddressOf(headers: Headers): CollectorAddress | undefined {
  const collector = readCollector(headers[COLLECTOR]);
  if (collector === undefined) return undefined;
  const { workflowId, runId } = workflowInfo();
  const name = readCollector(headers[COLLECTED_AS]);
  return standing({ collector, workflowId: name ?? workflowId, run: runId });
}

/** With what there is to prove that the collector is above; undefined where nothing is. */
export function standing({ collector, workflowId, run }: CollectorAddress): CollectorAddress | undefined {
  const { parent, root } = workflowInfo();
  if (parent === undefined) return undefined;
  const above = workflowIdOf(collector);
  const isKnown = above === parent.workflowId || above === root?.workflowId;
  return { collector, workflowId, run, ...(!isKnown && { parent }) };
}
