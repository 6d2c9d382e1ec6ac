/**
 * Who wants to know what a Workflow uses: one above it, which a header names. Whoever may start a Workflow may write headers; which Workflows
 * are above it is the server's to say.
 */
import type { Headers } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import { RECORD, RECORD_AS, type ReportTo, workflowIdOf } from '../../wire/uses';
import { readRecorder } from './uses';

/** Undefined where nobody above wants to know. */
export function reportToOf(headers: Headers): ReportTo | undefined {
  const recorder = readRecorder(headers[RECORD]);
  if (recorder === undefined) return undefined;
  const { workflowId, runId } = workflowInfo();
  const name = readRecorder(headers[RECORD_AS]);
  return standing({ recorder, workflowId: name ?? workflowId, run: runId });
}

/** With what there is to prove that the recorder is above; undefined where nothing is. */
export function standing({ recorder, workflowId, run }: ReportTo): ReportTo | undefined {
  const { parent, root } = workflowInfo();
  if (parent === undefined) return undefined;
  const above = workflowIdOf(recorder);
  const isKnown = above === parent.workflowId || above === root?.workflowId;
  return { recorder, workflowId, run, ...(!isKnown && { parent }) };
}
