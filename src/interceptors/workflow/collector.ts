/**
 * Finds the collector: the Workflow above this one that wants to know what it uses. A header names
 * it. Any client that can start a Workflow can write headers, so only the server decides which
 * Workflows are above this one.
 */
import type { Headers } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import { type CollectorAddress, workflowIdOf } from '../../wire/uses';
import { COLLECTOR, COLLECTED_AS } from '../../wire/names';
import { readCollector } from './uses';

/** The address of the collector. Undefined if no Workflow above collects. */
export function collectorAddressOf(headers: Headers): CollectorAddress | undefined {
  const collector = readCollector(headers[COLLECTOR]);
  if (collector === undefined) return undefined;
  const { workflowId, runId } = workflowInfo();
  const name = readCollector(headers[COLLECTED_AS]);
  return standing({ collector, workflowId: name ?? workflowId, run: runId });
}

/** The address with the facts that prove the collector is above. Undefined without a parent. */
export function standing({ collector, workflowId, run }: CollectorAddress): CollectorAddress | undefined {
  const { parent, root } = workflowInfo();
  if (parent === undefined) return undefined;
  const above = workflowIdOf(collector);
  const isKnown = above === parent.workflowId || above === root?.workflowId;
  return { collector, workflowId, run, ...(!isKnown && { parent }) };
}
