/** What reaches a reservation before a Worker has it: a Worker that begins later shows it to callers, who read the memo alone. */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { MemoryStore } from 'temporal-activity-cache';
import { auxiliaryWorker } from '../../src/reservation/host/auxiliary-worker';
import { ReservationCalls, type Reserved } from '../../src/reservation/caller/reservation-client';
import type { Caller, ReservationMemo, TurnOutcome } from '../../src/wire/reservation';
import { address } from '../helpers/temporal';

const caller = (id: string): Caller => ({
  id,
  attempt: 1,
  kind: 'slot',
  workflowId: id,
  activityId: '1',
  isLocal: false,
  ticket: 1,
  forMs: 60_000,
});

async function afterwards(outcome: TurnOutcome, check: (memo: Partial<ReservationMemo>) => boolean) {
  const identity = randomUUID();
  const reserved: Reserved = { scope: '', activityType: 'f', key: 'a'.repeat(64) };
  const clientConnection = await Connection.connect({ address: address() });
  const connection = await NativeConnection.connect({ address: address() });
  const { workflow } = new Client({ connection: clientConnection });
  const calls = new ReservationCalls(workflow, { identity, leaseMs: 30_000, taskQueue: undefined });
  const [first, second] = [caller('first'), caller('second')];
  try {
    expect(await calls.start(reserved, first)).toBe(true);
    await calls.wait(reserved, [second]);
    await calls.settle(reserved, { id: first.id, attempt: 1, outcome });
    const store = new MemoryStore();
    const worker = await auxiliaryWorker({ connection, namespace: 'default', identity, store });
    await worker.runUntil(async () => {
      let seen = await calls.read(reserved);
      while (seen !== undefined && !check(seen.memo)) seen = await calls.read(reserved);
      if (seen?.running) await calls.leave(reserved, [second]);
    });
  } finally {
    await clientConnection.close();
    await connection.close();
  }
}

test('the turn was given back while another one waited: that one sees that it has it', () =>
  afterwards('failed', ({ holding }) => holding?.[0] === 'second#1'));

test('the value is not to be kept: who waits sees that it may run', () =>
  afterwards('unstored', ({ verdict }) => verdict === 'run'));
