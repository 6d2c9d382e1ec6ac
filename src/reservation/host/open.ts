/**
 * Lists the open reservations of a store, for people: the holder, the waiting callers, and whether
 * a Worker processes the reservation.
 */
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { tsToMs } from '@temporalio/common';
import { type ReservationMemo, reservationPrefix, scopeIn } from '../../wire/reservation';
import { IDENTITY, RESERVATION_TYPE } from '../../wire/names';
import type { CacheStore } from '../../store/store';

export interface OpenReservation {
  workflowId: string;
  runId: string;
  scope: string;
  activityType: string;
  key: string;
  /** The holder, or the first of several: `workflowId/runId/activityId`. */
  holder: string;
  /** The number of holders. After three failed rounds there are several. */
  holders: number;
  /** When the first holder got its turn, in ISO 8601. */
  since: string;
  ageMs: number;
  /** The number of waiting callers, as far as the reservation has been processed. */
  waiting: number;
  /** The number of rounds so far. The first is 1. */
  round: number;
  taskQueue: string;
  /**
   * Why the reservation makes no progress. Undefined if it does. Its callers wait for some seconds,
   * then they run without it.
   */
  stuck?: 'nobody polls its task queue' | 'its Workflow Task is not ended';
  /** How long the Workflow Task of a stuck reservation has been pending. */
  pendingMs?: number;
}

/** Callers wait no longer than this for a Worker to process a reservation. */
const UNANSWERED_MS = 10_000;
/**
 * A poll takes at most a minute, so a poller that has not returned within this time is gone. The
 * server lists it for five minutes.
 */
const POLLED_WITHIN_MS = 75_000;
const DESCRIBED_AT_ONCE = 10;
const WORKFLOW_QUEUE = 1;

/**
 * The name by which reservations identify the store. Undefined if none was ever needed. This
 * function does not create one.
 */
export async function identityOf(store: CacheStore): Promise<string | undefined> {
  const notes = await store.notes(IDENTITY);
  return notes.find(({ name }) => name === IDENTITY)?.text;
}

/**
 * The open reservations in the client's namespace, those with the most waiting callers first. A
 * reservation that began a moment ago may be missing, because the server lists them with a delay.
 * The details of each are current.
 * @param now - milliseconds since 1970
 */
export async function openReservations(
  client: Client,
  identity: string,
  now = Date.now(),
): Promise<OpenReservation[]> {
  const prefix = reservationPrefix(identity);
  const query = `WorkflowType = '${RESERVATION_TYPE}' AND ExecutionStatus = 'Running' AND WorkflowId STARTS_WITH '${prefix}'`;
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);

  const polled = new Map<string, Promise<boolean>>();
  const isPolled = (taskQueue: string) => {
    if (!polled.has(taskQueue)) polled.set(taskQueue, askForPollers(client, taskQueue, now));
    return polled.get(taskQueue)!;
  };
  const open: OpenReservation[] = [];
  for (let from = 0; from < ids.length; from += DESCRIBED_AT_ONCE) {
    const batch = ids.slice(from, from + DESCRIBED_AT_ONCE).map(async (workflowId) => {
      const description = await describe(client, workflowId);
      // The reservation has ended since it was listed.
      if (description?.status.name !== 'RUNNING') return [];
      return [toOpen(description, identity, await isPolled(description.taskQueue), now)];
    });
    open.push(...(await Promise.all(batch)).flat());
  }
  return open.sort((a, b) => b.waiting - a.waiting || b.ageMs - a.ageMs);
}

async function describe(
  client: Client,
  workflowId: string,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    if ((error as Error).name === 'WorkflowNotFoundError') return undefined;
    throw error;
  }
}

function toOpen(
  { workflowId, runId, taskQueue, memo, raw }: WorkflowExecutionDescription,
  identity: string,
  polled: boolean,
  now: number,
): OpenReservation {
  const {
    activityType = '',
    key = '',
    holder = '',
    since = '',
    waiting = 0,
    round = 0,
    holding = [],
  }: Partial<ReservationMemo> = memo ?? {};
  const due = raw.pendingWorkflowTask?.originalScheduledTime;
  const pendingMs = due == null ? undefined : Math.max(0, now - tsToMs(due));
  const unanswered = pendingMs !== undefined && pendingMs > UNANSWERED_MS;
  return {
    workflowId,
    runId,
    scope: scopeIn(workflowId, identity, { activityType, key }),
    activityType,
    key,
    holder,
    holders: holding.length,
    since,
    ageMs: since === '' ? 0 : Math.max(0, now - Date.parse(since)),
    waiting,
    round,
    taskQueue,
    ...(!polled && { stuck: 'nobody polls its task queue' as const, pendingMs }),
    ...(polled && unanswered && { stuck: 'its Workflow Task is not ended' as const, pendingMs }),
  };
}

async function askForPollers(client: Client, name: string, now: number): Promise<boolean> {
  const { namespace } = client.options;
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name },
    taskQueueType: WORKFLOW_QUEUE,
  });
  return (pollers ?? []).some(({ lastAccessTime: at }) => at != null && now - tsToMs(at) < POLLED_WITHIN_MS);
}
