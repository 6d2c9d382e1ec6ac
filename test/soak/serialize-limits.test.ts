/** Very many callers, and a server that wants short histories. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowClient } from '@temporalio/client';
import { ReservationCalls } from '../../src/reservation/caller/reservation-client';
import type { Caller } from '../../src/wire/reservation';
import { ownServer } from '../helpers/own-server';
import { type BodyCall, endsOf, reservationOf, statusesOf, withSerialized } from '../helpers/serialized';

const server = ownServer({ config: { 'limit.historyCount.suggestContinueAsNew': 500 } });
beforeAll(() => void (process.env.TEST_TEMPORAL_ADDRESS = server.address));

test('3,000 signals to one reservation: it goes on in new runs, and nobody is lost', async () => {
  let key = '';
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const body = async (call: BodyCall) => {
    key = call.key;
    await opened;
    return 'value';
  };
  const options = { startToCloseTimeout: '5 minutes' };
  await withSerialized(body, {}, async ({ call, client, plugin, began }) => {
    const handles = await call(1, options);
    await began(1);
    while (key === '') await sleep(20);
    const reservation = await reservationOf(client, plugin, key);
    const { runId } = await reservation.describe();
    handles.push(...(await call(3, options)));

    const { store } = (
      plugin as unknown as { options: { store: { claim(name: string, text: string): Promise<string> } } }
    ).options;
    const identity = await store.claim('identity', '');
    const calls = new ReservationCalls(new WorkflowClient({ connection: client.connection }), {
      identity,
      leaseMs: 30_000,
      taskQueue: undefined,
    });
    const waiting = async () => Number((await reservation.describe()).memo?.waiting);
    while ((await waiting()) < 3) await sleep(20);
    const callers = Array.from({ length: 3_000 }, (_, i): Caller => ({
      id: `somebody ${i}`,
      attempt: 1,
      kind: 'slot',
      activityId: `${i}`,
      isLocal: false,
      ticket: 1,
      forMs: 60_000,
    }));
    const reserved = { scope: '', activityType: 'f', key };
    for (let from = 0; from < callers.length; from += 100) {
      await Promise.all(callers.slice(from, from + 100).map((caller) => calls.wait(reserved, [caller])));
    }
    while ((await waiting()) < 3_003) await sleep(20);
    expect((await reservation.describe()).runId).not.toBe(runId);
    open();
    expect(await endsOf(handles)).toEqual(Array(4).fill('value'));
    expect(await statusesOf(handles)).toEqual({ stored: 1, joined: 3 });
    await reservation.result();
  });
}, 480_000);

test('1,000 callers: one execution, and no Workflow Task of their reservation fails', async () => {
  let bodies = 0;
  let key = '';
  const body = async (call: BodyCall) => {
    bodies++;
    key = call.key;
    await call.inLine(900);
    return 'value';
  };
  const worker = { maxConcurrentActivityTaskExecutions: 1_100 };
  await withSerialized(body, { worker }, async ({ call, client, plugin }) => {
    // On a busy machine one task in a thousand never reaches the Worker that the server gave it to:
    // its timeout and its retry are the server's answer, with and without a cache.
    const handles = await call(1_000, { startToCloseTimeout: '2 minutes', retry: { maximumAttempts: 3 } });
    const ends = await endsOf(handles);
    expect(new Set(ends)).toEqual(new Set(['value']));
    expect(bodies).toBe(1);
    const reservation = await reservationOf(client, plugin, key);
    await reservation.result();
    const { events } = await reservation.fetchHistory();
    expect(events!.filter((event) => event.workflowTaskFailedEventAttributes != null)).toEqual([]);
  });
}, 600_000);
