/** Reservations of every kind, played by signals: `reservation-…`. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { type CacheStore, MemoryStore } from 'temporal-activity-cache';
import { livenessActivities } from '../../src/activities/liveness';
import { wakingActivities } from '../../src/activities/waking';
import type { WakeUp } from '../../src/wire/waking';
import { memoOf } from '../../src/wire/reservation-memo';
import {
  begunBy,
  type Caller,
  type ReservationInput,
  type ReservationMemo,
  type TurnOutcome,
} from '../../src/wire/reservation';
import { LEAVE, RESERVATION_TYPE, SETTLE, WAIT } from '../../src/wire/names';
import type { Recorder } from './record';

interface Kind {
  first?: Partial<Caller>;
  input?: Partial<ReservationInput>;
  play(reservation: Played): Promise<void>;
}

const slot = (id: string, more: Partial<Caller> = {}): Caller => ({
  id,
  attempt: 1,
  kind: 'slot',
  activityId: '1',
  isLocal: false,
  ticket: 1,
  forMs: 3_600_000,
  ...more,
});

/** A Workflow that runs and that nobody works on: it can be described and signalled. */
type Target = Pick<Caller, 'workflowId' | 'runId'>;
const waitingWorkflow = (id: string, target: Target): Caller => slot(id, { kind: 'workflow', ...target });

/** Another's sign of life cannot be had. */
const BROKEN = 'lease/broken';

const KINDS: Record<string, (target: Target) => Kind> = {
  grant: () => ({ play: (of) => of.settle('first', 'stored') }),
  waiters: (target) => ({
    async play(of) {
      await of.wait(slot('a'), slot('b'));
      await of.wait(waitingWorkflow('c', target));
      await of.until(({ waiting }) => waiting === 3);
      await of.settle('first', 'stored');
    },
  }),
  'woken-by-host': (target) => ({
    input: { wakesByHost: true },
    async play(of) {
      const waiting = Array.from({ length: 25 }, (_, i) => waitingWorkflow(`w${i}`, target));
      await of.wait(waiting[0]!, ...waiting.slice(1));
      await of.until((memo) => memo.waiting === 25);
      await of.settle('first', 'failed'); // One of them has the turn, and is woken by the reservation itself.
      await of.until(({ waiting: left }) => left === 24);
      await of.settle('w0', 'stored');
    },
  }),
  // Its Worker does not know the Activity, as one of an older version.
  'woken-by-itself': (target) => ({
    input: { wakesByHost: true },
    async play(of) {
      const waiting = Array.from({ length: 25 }, (_, i) => waitingWorkflow(`w${i}`, target));
      await of.wait(waiting[0]!, ...waiting.slice(1));
      await of.until((memo) => memo.waiting === 25);
      await of.settle('first', 'stored');
    },
  }),
  'kept-open': () => ({
    input: { openMs: 2_000 },
    async play(of) {
      await of.settle('first', 'unstored');
      await of.until(({ holder }) => holder === '');
      await of.wait(slot('a'));
      await of.until(({ holder }) => holder === 'a');
      await of.settle('a', 'unstored');
    },
  }),
  unstored: () => ({
    async play(of) {
      await of.wait(slot('a'), slot('b'));
      await of.settle('first', 'unstored');
    },
  }),
  superseded: () => ({
    async play(of) {
      await of.wait(slot('a'));
      await of.settle('first', 'released');
      await of.settle('a', 'stored');
    },
  }),
  'failed-rounds': (target) => ({
    async play(of) {
      await of.wait(...Array.from({ length: 8 }, (_, i) => slot(`s${i}`)), waitingWorkflow('w', target));
      await of.until(({ waiting }) => waiting === 9);
      let last = '';
      while (await of.isOpen()) {
        const { holding = [] } = await of.until((memo) => (memo.holding ?? []).join() !== last); // none once it is closed
        last = holding.join();
        for (const attempt of holding) await of.settle(attempt.split('#')[0]!, 'failed');
      }
    },
  }),
  left: () => ({
    async play(of) {
      await of.wait(slot('a'), slot('b'));
      await of.leave('a');
      await of.until(({ waiting }) => waiting === 1);
      await of.leave('first');
      await of.until(({ holder }) => holder === 'b');
      await of.leave('b');
    },
  }),
  overtaken: (target) => ({
    first: { kind: 'workflow', ...target },
    async play(of) {
      await of.wait(slot('a'));
      await of.until(({ holder, waiting }) => holder === 'a' && waiting === 1);
      await of.settle('a', 'stored');
    },
  }),
  retried: () => ({
    async play(of) {
      await of.wait(slot('first', { attempt: 2 }));
      await of.until(({ holding }) => holding[0] === 'first#2');
      await of.settle('first', 'failed', 1); // too late
      await of.settle('first', 'stored', 2);
    },
  }),
  'no-caller': () => ({
    async play(of) {
      await of.signal(WAIT, { id: 'no list' });
      await of.signal(WAIT, [undefined, { id: 7 }]);
      await of.signal(SETTLE, 'stored');
      await of.settle('first', 'stored');
    },
  }),
  continued: (target) => ({
    input: { signalsPerRun: 3 },
    async play(of) {
      for (const id of ['a', 'b']) await of.wait(slot(id));
      await of.wait(waitingWorkflow('c', target));
      const { runId } = of.handle;
      while (runId === (await of.handle.describe()).runId) await sleep(20);
      await of.settle('first', 'stored');
    },
  }),
  'asked-alive': (target) => ({
    first: { isLocal: true, ...target },
    input: { leaseMs: 1_000 },
    async play(of) {
      await of.wait(slot('a'));
      await of.answered(2);
      await of.settle('first', 'stored');
    },
  }),
  'asked-gone': () => ({
    first: { workflowId: 'never-started', runId: randomUUID() },
    async play(of) {
      await of.wait(slot('a'));
      await of.until(({ holder }) => holder === 'a');
      await of.settle('a', 'stored');
    },
  }),
  'asked-quiet': (target) => ({
    first: { isLocal: true, process: 'lease/none', ...target },
    input: { leaseMs: 500 },
    async play(of) {
      await of.wait(slot('a'));
      await of.until(({ holder }) => holder === 'a');
      await of.settle('a', 'stored');
    },
  }),
  'asked-in-vain': (target) => ({
    first: { isLocal: true, process: BROKEN, ...target },
    input: { leaseMs: 500 },
    async play(of) {
      await of.wait(slot('a'));
      await of.failedToAnswer();
      await of.settle('first', 'stored');
    },
  }),
  deadline: () => ({ first: { forMs: 300 }, input: { leaseMs: 300 }, play: async () => {} }),
};

/** Of a local Activity, which leaves a marker. */
function answerOf({ markerRecordedEventAttributes: marker }: Event): 'answer' | 'failure' | undefined {
  if (marker == null) return undefined;
  return marker.failure == null ? 'answer' : 'failure';
}

class Played {
  constructor(readonly handle: WorkflowHandle & { runId: string }) {}

  signal(name: string, argument: unknown): Promise<void> {
    return this.handle.signal(name, argument);
  }
  wait(...callers: Caller[]): Promise<void> {
    return this.signal(WAIT, callers);
  }
  leave(id: string): Promise<void> {
    return this.signal(LEAVE, [{ id, attempt: 1 }]);
  }
  settle(id: string, outcome: TurnOutcome, attempt = 1): Promise<void> {
    return this.signal(SETTLE, { id, attempt, outcome });
  }

  async isOpen(): Promise<boolean> {
    let { status, raw } = await this.handle.describe();
    // What was signalled is worked on first.
    while (raw.pendingWorkflowTask != null) ({ status, raw } = await this.handle.describe());
    return status.name === 'RUNNING';
  }

  async until(check: (memo: ReservationMemo) => boolean): Promise<ReservationMemo> {
    for (;;) {
      const memo = (await this.handle.describe()).memo as unknown as ReservationMemo;
      if (check(memo)) return memo;
      await sleep(20);
    }
  }

  answered(times: number): Promise<void> {
    return this.untilEvents((event) => answerOf(event) === 'answer', times);
  }
  failedToAnswer(): Promise<void> {
    return this.untilEvents((event) => answerOf(event) === 'failure', 1);
  }
  private async untilEvents(is: (event: Event) => boolean, times: number): Promise<void> {
    for (;;) {
      const { events } = await this.handle.fetchHistory();
      if ((events ?? []).filter(is).length >= times) return;
      await sleep(50);
    }
  }
}

type Event = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

export async function recordReservations({ connection, client, save }: Recorder): Promise<void> {
  const taskQueue = 'record-reservations';
  const store = new MemoryStore();
  const notes: CacheStore['notes'] = async (name) => {
    if (name === BROKEN) throw new Error('the store does not answer');
    return store.notes(name);
  };
  const { wakeAll } = wakingActivities(client.workflow);
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowsPath: require.resolve('../../src/workflows'),
    activities: {
      ...livenessActivities(client, Object.assign(Object.create(store) as CacheStore, { notes })),
      wakeAll: async (wakeUps: readonly WakeUp[]) => {
        if (Context.current().info.workflowExecution?.workflowId === 'reservation-woken-by-itself')
          throw new Error('is not registered on this Worker');
        return wakeAll(wakeUps);
      },
    },
    identity: 'recorder',
  });
  const target = await client.workflow.start('target', {
    taskQueue: 'nobody',
    workflowId: 'target',
    args: [],
  });
  await worker.runUntil(async () => {
    for (const [name, kind] of Object.entries(KINDS)) {
      const {
        first: about,
        input: more,
        play,
      } = kind({
        workflowId: target.workflowId,
        runId: target.firstExecutionRunId,
      });
      const first = slot('first', about);
      const of = { name: `recorded ${name}`, key: 'a'.repeat(64), activityType: 'train' };
      const input: ReservationInput = { ...of, leaseMs: 30_000, signalsPerRun: 2_000, first, ...more };
      const workflowId = `reservation-${name}`;
      const memo = { ...memoOf(begunBy(first, Date.now()), input) };
      const started = await client.workflow.start(RESERVATION_TYPE, {
        taskQueue,
        workflowId,
        args: [input],
        memo,
      });
      const handle = client.workflow.getHandle(workflowId);
      await play(new Played(Object.assign(handle, { runId: started.firstExecutionRunId })));
      await handle.result();
      const { runId } = await handle.describe();
      const firstRun = client.workflow.getHandle(workflowId, started.firstExecutionRunId);
      await save(`reservation-${name}`, firstRun);
      if (runId !== started.firstExecutionRunId) await save(`reservation-${name}-last`, handle);
    }
  });
  await target.terminate();
}
