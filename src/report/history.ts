/** Reads a run's history page by page, whatever the size of what it holds. */
import type { WorkflowHandle } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';

export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const PAGE_EVENTS = 32;
const TOO_LARGE = [8, 11]; // gRPC codes for a message larger than the connection takes

/** The events of the run that `handle` means: the one it names, else the latest. Running and closed ones alike. */
export async function* historyOf(handle: WorkflowHandle): AsyncGenerator<HistoryEvent> {
  const { workflowService, options } = handle.client;
  const { runId } = await handle.describe();
  const execution = { workflowId: handle.workflowId, runId };
  let nextPageToken: Uint8Array | undefined;
  let maximumPageSize = PAGE_EVENTS;
  do {
    const request = { namespace: options.namespace, execution, maximumPageSize, nextPageToken };
    try {
      const page = await workflowService.getWorkflowExecutionHistory(request);
      yield* page.history?.events ?? [];
      nextPageToken = page.nextPageToken;
    } catch (error) {
      // Some results of up to 2 MB make a page larger than a gRPC message may be: ask for fewer.
      if (!TOO_LARGE.includes((error as { code?: number }).code ?? 0) || maximumPageSize === 1) throw error;
      maximumPageSize = Math.max(1, maximumPageSize >> 3);
      continue;
    }
  } while (nextPageToken !== undefined && nextPageToken.length > 0);
}
