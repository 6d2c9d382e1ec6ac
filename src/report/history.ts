/** Reads a run's history page by page, whatever the size of what it holds. */
import type { WorkflowHandle } from '@temporalio/client';

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
export type HistoryEvent = NonNullable<History['events']>[number];

const MAX_PAGE_EVENTS = 256;
/** Aimed at, well under the 4 MB that a Worker's connection takes in one message (a client's own takes 128 MB). */
const PAGE_BYTES = 1024 * 1024;
const TOO_LARGE = [8, 11]; // gRPC codes for a message larger than the connection takes

const pageSize = (bytes: number, events: number): number =>
  Math.min(MAX_PAGE_EVENTS, Math.max(1, Math.floor(PAGE_BYTES / Math.max(1, bytes / Math.max(1, events)))));

/** The events of the run that `handle` means: the one it names, else the latest. Running and closed ones alike. */
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
      // Sizes are uneven, and one event may have 2 MB: ask for fewer.
      if (!TOO_LARGE.includes((error as { code?: number }).code ?? 0) || maximumPageSize === 1) throw error;
      maximumPageSize = 1;
      continue;
    }
    yield* page.history?.events ?? [];
    nextPageToken = page.nextPageToken;
    if (nextPageToken === undefined || nextPageToken.length === 0) return;
  }
}
