/**
 * Answers a reservation that asks, while callers wait, whether the holder of a turn is still there.
 */
import { ActivityNotFoundError, type Client, WorkflowNotFoundError } from '@temporalio/client';
import { continuationOf } from '../wire/continuation';
import { CONTINUATION } from '../wire/names';
import type { LivenessActivities } from '../wire/liveness';
import type { Held } from '../wire/reservation';
import type { CacheStore } from '../store/store';

/** The states of an Activity that occupies a slot, as numbers of the API. */
const IN_A_SLOT: unknown[] = [2, 3, 5]; // These are started, cancel requested and pause requested.

/**
 * A holder is gone if its run is closed, or if its Activity is not running or is in another
 * attempt. A process is quiet if its lease is too old. Without a lease only Temporal's answer
 * counts.
 */
export function livenessActivities(client: Client, store: CacheStore): LivenessActivities {
  return {
    async lifeOf(held, { forMs, leaseMs }) {
      if (!(await isRunning(client, held))) return { gone: true };
      if (!held.started) return { gone: forMs > leaseMs, againInMs: Math.max(100, leaseMs - forMs) };
      if (held.process === undefined) return { gone: false };
      const [note] = await store.notes(held.process);
      // An older note belongs to an earlier turn.
      const age = Math.min(note?.ageMs ?? Infinity, forMs);
      return { gone: false, quiet: age > leaseMs, againInMs: Math.max(100, leaseMs - age) };
    },
  };
}

async function isRunning(client: Client, held: Held): Promise<boolean> {
  try {
    if (held.workflowId === undefined) return await isStandaloneRunning(client, held);
    const { status, raw } = await client.workflow.getHandle(held.workflowId, held.runId).describe();
    if (held.kind === 'run' && status.name === 'CONTINUED_AS_NEW')
      return await isContinued(client, held.workflowId, held.id);
    if (status.name !== 'RUNNING') return false;
    if (held.kind === 'run' || held.isLocal || !held.started) return true;
    const pending = raw.pendingActivities?.find(({ activityId }) => activityId === held.activityId);
    if (pending == null) return false;
    const inSlot = IN_A_SLOT.includes(pending.state);
    return inSlot && pending.attempt === held.attempt;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || error instanceof ActivityNotFoundError) return false;
    throw error;
  }
}

/**
 * Whether the open run of this Workflow id has taken over the turn, as that run itself sees it. A
 * retry, the next run of a cron schedule, and a Workflow started later under the same id have not.
 */
async function isContinued(client: Client, workflowId: string, turnOf: string): Promise<boolean> {
  const { status, runId } = await client.workflow.getHandle(workflowId).describe();
  if (status.name !== 'RUNNING') return false;
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  const { header, continuedExecutionRunId } =
    history?.events?.[0]?.workflowExecutionStartedEventAttributes ?? {};
  const before = { continuedFromExecutionRunId: continuedExecutionRunId || undefined };
  return continuationOf(header?.fields?.[CONTINUATION], before)?.turnOf === turnOf;
}

async function isStandaloneRunning(client: Client, held: Held): Promise<boolean> {
  const { status, attempt } = await client.activity.getHandle(held.activityId, held.runId).describe();
  return String(status) === 'RUNNING' && attempt === held.attempt;
}
