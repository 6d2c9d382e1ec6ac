/** Reads a run's history page by page, for events of any size. */
import type { WorkflowHandle } from '@temporalio/client';

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
export type HistoryEvent = NonNullable<History['events']>[number];

const MAX_PAGE_EVENTS = 256;
/**
 * The intended size of a page, well under the 4 MB that a Worker's connection accepts in one
 * message (a client's own connection accepts 128 MB).
 */
const PAGE_BYTES = 1024 * 1024;
const TOO_LARGE = [8, 11]; // gRPC codes for a message larger than the connection accepts

const pageSize = (bytes: number, events: number): number =>
  Math.min(MAX_PAGE_EVENTS, Math.max(1, Math.floor(PAGE_BYTES / Math.max(1, bytes / Math.max(1, events)))));

/**
 * The events of the run that `handle` names, or of the latest run if it names none. The run may be
 * running or closed.
 */
export async function* historyOf(handle: WorkflowHandle): AsyncGenerator<HistoryEvent> {
  const { workflowService, options } = handle.client;
  const { runId, historySize, historyLength } = await handle.describe();
  const execution = { workflowId: handle.workflowId, runId };
  let nextPageToken: Uint8Array | undefined;
  let maximumPageSize = pageSize(historySize ?? 0, historyLength);
  for (;;) {
    let page;
    try {
      const request = { namespace: options.namespace, execution, maximumPageSize, nextPageToken };
      page = await workflowService.getWorkflowExecutionHistory(request);
    } catch (error) {
      // Sizes differ, and one event may have 2 MB, so ask for fewer events.
      if (!TOO_LARGE.includes((error as { code?: number }).code ?? 0) || maximumPageSize === 1) throw error;
      maximumPageSize = 1;
      continue;
    }
    yield* page.history?.events ?? [];
    nextPageToken = page.nextPageToken;
    if (nextPageToken === undefined || nextPageToken.length === 0) return;
  }
}
