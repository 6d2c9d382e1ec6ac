/** A Temporal server with open reservations, beside what else it knows. */
import { WorkflowNotFoundError } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import type { Temporal } from '../../../src/cli/temporal';
import { begunBy, type Caller, reservationId, reservationQueue } from '../../../src/wire/reservation';
import { memoOf } from '../../../src/wire/reservation-memo';

export const IDENTITY_TEXT = '7c0a2f5e-3b1d-4f6a-9c8e-1d2b3a4c5e6f';

export interface Reservation {
  activityType: string;
  key: string;
  scope?: string;
  /** `workflowId/runId/activityId`. */
  holder: string;
  holders?: number;
  forMs: number;
  waiting?: number;
  round?: number;
  taskQueue?: string;
  /** For how long its Workflow Task is due. */
  pendingMs?: number;
  /** It ends between being listed and being described. */
  ended?: 'closed' | 'gone';
}

const callerOf = (id: string): Caller => ({
  id,
  attempt: 1,
  kind: 'slot',
  activityId: '1',
  isLocal: false,
  ticket: 1,
  forMs: 60_000,
});

function describe(reservation: Reservation, workflowId: string) {
  const {
    key,
    activityType,
    holder,
    holders = 1,
    forMs,
    waiting = 0,
    round = 1,
    pendingMs,
    ended,
  } = reservation;
  const now = Date.now();
  const state = begunBy(callerOf(holder), now - forMs);
  for (let i = 1; i < holders; i++) state.holding.push({ ...state.holding[0]!, id: `other/${i}` });
  state.waiting = Array.from({ length: waiting }, (_, i) => callerOf(`waiting/${i}`));
  state.round = round;
  return {
    workflowId,
    runId: `run of ${key}`,
    status: { name: ended === 'closed' ? 'COMPLETED' : 'RUNNING' },
    taskQueue: reservation.taskQueue ?? reservationQueue(IDENTITY_TEXT),
    memo: { ...memoOf(state, { name: 'random', key, activityType }) },
    raw: {
      pendingWorkflowTask:
        pendingMs === undefined ? undefined : { originalScheduledTime: msToTs(now - pendingMs) },
    },
  };
}

/** @param polledMsAgo - how long ago somebody polled for them; Infinity: nobody does */
export function withReservations(
  temporal: Temporal,
  reservations: readonly Reservation[],
  polledMsAgo: number,
): Temporal {
  const ids = new Map<string, Reservation>();
  for (const one of reservations) ids.set(reservationId(IDENTITY_TEXT, { scope: '', ...one }), one);
  const { workflow, workflowService } = temporal.client;
  const others = workflow.getHandle.bind(workflow);
  Object.assign(workflow, {
    async *list({ query }: { query: string }) {
      if (!query.includes(`STARTS_WITH 'activity-cache/v1/${IDENTITY_TEXT}/'`))
        throw new Error(`asked for ${query}`);
      for (const workflowId of ids.keys()) yield { workflowId };
    },
    getHandle(id: string, ...rest: string[]) {
      const reservation = ids.get(id);
      if (reservation === undefined) return others(id, ...rest);
      return {
        async describe() {
          if (reservation.ended === 'gone') throw new WorkflowNotFoundError('not found', id, undefined);
          return describe(reservation, id);
        },
      };
    },
  });
  Object.assign(workflowService, {
    describeTaskQueue: async () => ({
      pollers: polledMsAgo === Infinity ? [] : [{ lastAccessTime: msToTs(Date.now() - polledMsAgo) }],
    }),
  });
  return temporal;
}
